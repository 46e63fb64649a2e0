"""Names that the seed draws from. People and companies are invented."""

from __future__ import annotations

FIRST = (
    "Aaron Adaeze Agnieszka Aisha Alejandro Amara Ana Andrei Anika Anna Arjun Astrid Ben Bianca Björn Camila Carlos "
    "Caroline Chen Chloé Daniel David Deepa Diego Elena Emily Emma Erik Fatima Felix Femi Gabriela George Giulia Grace "
    "Hana Hannah Henrik Hiroshi Ibrahim Ines Ingrid Isabel Ivan Jack James Jana Jasmine Jens Joanna João John Jorge "
    "Julia Karim Karolina Kate Kenji Kofi Laura Leila Lena Liam Linh Lucas Luise Magnus Mandla Marco Marek Margaux "
    "Maria Marta Mateo Matthias Mei Mia Michael Min-jun Mira Nadia Natalie Niamh Nikolai Noah Nora Olga Oliver Olivia "
    "Omar Paul Petra Pierre Rachel Rahul Ravi Rebecca Rosa Ruth Samir Sara Sean Sofia Stefan Sven Tariq Tereza Thomas "
    "Tomás Valentina Victor Wei William Yara Yuki Zofia"
).split()

LAST = (
    "Abbott Adeyemi Almeida Andersson Baker Banerjee Barros Bauer Becker Bergström Bianchi Blanc Bruno Campbell "
    "Carvalho Castillo Chan Chatterjee Clarke Costa Cruz Dahl Delgado Dubois Eriksen Esposito Farouk Fernández Fischer "
    "Flores Fontaine Fraser García Gomes Gray Gupta Haddad Hansen Hartmann Hernández Hoang Hoffmann Horvat Hughes "
    "Ibrahim Ito Jansen Jensen Johansson Kaminski Kapoor Katz Keller Khan Kim Kowalski Kumar Lambert Larsen Lee "
    "Leitner Lindqvist López Marino Martins Mbeki Mensah Meyer Mitchell Moreau Müller Murphy Nakamura Nguyen Nielsen "
    "Novák Nowak O'Brien Okafor Olsen Ortega Osei Owusu Park Patel Pavlov Pereira Petrov Popescu Quinn Rao Reyes "
    "Richter Rossi Saito Santos Sato Schneider Schulz Shah Singh Sokolov Sørensen Tanaka Taylor Thompson Torres Tran "
    "Vasquez Visser Vogel Wagner Walker Wang Weber Wójcik Yamamoto Yılmaz Zhang Zimmermann"
).split()

TITLES = (
    "Head of Sales", "VP of Engineering", "Chief Executive Officer", "Chief Technology Officer", "Founder",
    "Co-Founder & CEO", "Director of Revenue Operations", "Marketing Manager", "Head of Growth", "Account Executive",
    "Sales Development Manager", "VP Marketing", "Chief Revenue Officer", "Operations Manager", "Head of People",
    "Product Manager", "Customer Success Lead", "Business Development Manager", "IT Director", "Procurement Manager",
    "Chief Financial Officer", "Head of Partnerships", "Data Engineering Lead", "Regional Sales Manager, EMEA",
)  # fmt: skip

# Name, domain, industry, size, city, state, country, time zone.
COMPANIES = tuple(
    tuple(line.split("|"))
    for line in """
Acme Logistics|acme-logistics.com|Transportation/Trucking/Railroad|FiveHundred|Chicago|Illinois|United States|Central Standard Time
Northwind Labs|northwindlabs.io|Computer Software|Fifty|Berlin|Berlin|Germany|W. Europe Standard Time
Brightwater Analytics|brightwater.ai|Information Technology & Services|TwoHundred|London|England|United Kingdom|GMT Standard Time
Fjord Robotics|fjordrobotics.no|Industrial Automation|Fifty|Oslo||Norway|W. Europe Standard Time
Solaris Energia|solarisenergia.com.br|Renewables & Environment|OneThousand|São Paulo|SP|Brazil|E. South America Standard Time
Kestrel Health|kestrelhealth.com|Hospital & Health Care|TwoHundred|Boston|Massachusetts|United States|Eastern Standard Time
Tessera Bank|tesserabank.eu|Banking|FiveThousand|Frankfurt am Main|Hessen|Germany|W. Europe Standard Time
Palmetto Foods|palmettofoods.com|Food & Beverages|OneThousand|Charleston|South Carolina|United States|Eastern Standard Time
Lumen & Pike|lumenpike.co.uk|Marketing & Advertising|Ten|Manchester|England|United Kingdom|GMT Standard Time
Meridian Freight|meridianfreight.sg|Logistics & Supply Chain|FiveHundred|Singapore||Singapore|Singapore Standard Time
Copperleaf Mining|copperleaf.cl|Mining & Metals|FiveThousand|Santiago|RM|Chile|Pacific SA Standard Time
Atlas & Thorn|atlasthorn.com|Legal Services|Fifty|New York|New York|United States|Eastern Standard Time
Quillwork Studio|quillwork.studio|Design|SelfEmployed|Lisbon||Portugal|GMT Standard Time
Hexagrid Security|hexagrid.io|Computer & Network Security|TwoHundred|Tel Aviv||Israel|Israel Standard Time
Vantage Pharma|vantagepharma.ch|Pharmaceuticals|TenThousand|Basel|Basel-Stadt|Switzerland|W. Europe Standard Time
Blue Heron Travel|blueheron.travel|Leisure, Travel & Tourism|Fifty|Vancouver|British Columbia|Canada|Pacific Standard Time
Oakline Furniture|oakline.se|Furniture|FiveHundred|Gothenburg||Sweden|W. Europe Standard Time
Pulsar Telecom|pulsartelecom.in|Telecommunications|OverTenThousand|Bengaluru|Karnataka|India|India Standard Time
Rivermark Insurance|rivermark.com|Insurance|OneThousand|Columbus|Ohio|United States|Eastern Standard Time
Cobalt Commerce|cobaltcommerce.com|E-Learning|Fifty|Austin|Texas|United States|Central Standard Time
Nimbus HR|nimbushr.com|Human Resources|TwoHundred|Dublin|Leinster|Ireland|GMT Standard Time
Terra Verde Agro|terraverde.ar|Farming|TwoHundred|Rosario|Santa Fe|Argentina|Argentina Standard Time
Ironbridge Capital|ironbridgecap.com|Venture Capital & Private Equity|Ten|San Francisco|California|United States|Pacific Standard Time
Saffron Retail|saffronretail.ae|Retail|OneThousand|Dubai||United Arab Emirates|Arabian Standard Time
Cascade Payments|cascadepay.com|Financial Services|FiveHundred|Seattle|Washington|United States|Pacific Standard Time
Mosaic Learning|mosaiclearning.org|Education Management|Fifty|Nairobi||Kenya|E. Africa Standard Time
Zephyr Mobility|zephyrmobility.fr|Automotive|TwoHundred|Lyon|Auvergne-Rhône-Alpes|France|Romance Standard Time
Granite Peak Software|granitepeak.dev|Computer Software|Ten|Denver|Colorado|United States|Mountain Standard Time
Aurora Biotech|aurorabio.dk|Biotechnology|TwoHundred|Copenhagen||Denmark|Romance Standard Time
Harbourlight Media|harbourlight.com.au|Broadcast Media|Fifty|Sydney|New South Wales|Australia|AUS Eastern Standard Time
Sakura Components|sakura-components.jp|Electrical/Electronic Manufacturing|FiveThousand|Osaka||Japan|Tokyo Standard Time
Polar Data|polardata.fi|Information Services|Fifty|Helsinki||Finland|FLE Standard Time
Vistula Systems|vistula.pl|Computer Software|FiveHundred|Kraków|Małopolska|Poland|Central European Standard Time
Bramble & Co|brambleco.com|Consumer Goods|Ten|Portland|Oregon|United States|Pacific Standard Time
Orchid Hospitality|orchidhotels.vn|Hospitality|OneThousand|Ho Chi Minh City||Vietnam|SE Asia Standard Time
Keystone Civil|keystonecivil.ca|Construction|FiveHundred|Toronto|Ontario|Canada|Eastern Standard Time
Tramontana Wines|tramontana.es|Wine & Spirits|Fifty|Barcelona|Catalonia|Spain|Romance Standard Time
Signal Nine|signalnine.io|Internet|Empty|Amsterdam|North Holland|Netherlands|W. Europe Standard Time
Baobab Fintech|baobabfintech.co.za|Financial Services|Fifty|Cape Town|Western Cape|South Africa|South Africa Standard Time
Lakeshore Dental Group|lakeshoredental.com|Medical Practice|TwoHundred|Milwaukee|Wisconsin|United States|Central Standard Time
""".strip().splitlines()  # noqa: E501
)

NOTES = (
    "Met at SaaStock in Dublin, asked for pricing for 25 seats. Prefers a call after 3 pm.",
    "Uses Outreach today, contract ends in March. Budget owner is the CFO.",
    "Introduced by Tom from the partner team; wants a security questionnaire before a demo.",
    "Left a voicemail on the office line. Assistant says email is best.",
    "Downloaded the deliverability guide and attended the June webinar.",
    "Said no in spring because of a hiring freeze. Worth another try in the new fiscal year.",
    "Evaluating two other vendors, decision by the end of the quarter. Needs Salesforce sync and SSO.",
    "Speaks German and English. Do not call before ten.",
)

STACKS = ("Salesforce, Outreach", "HubSpot", "Pipedrive, Lemlist", "Dynamics 365", "Zoho CRM", "Close, Apollo")
ROUNDS = ("Seed", "Series A", "Series B", "Series C", "Bootstrapped", "Public")
STAGES = ("Research", "Evaluation", "Decision", "Customer")

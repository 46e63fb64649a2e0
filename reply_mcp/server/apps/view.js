"use strict";
// What a host shows beside an answer (MCP Apps, 2026-01-26). Everything shown is set as text: names and messages are
// written by outsiders. What a button did is told by the answer to its own call; telling the model comes on top.
(() => {
  const PROTOCOL = "2026-01-26";
  const KEY = "reply/view";
  const root = document.getElementById("view");
  const waiting = new Map();
  let next = 1;
  let host = {};
  let given = {};

  // JSON-RPC with the host, over postMessage.

  const post = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const notify = (method, params = {}) => post({ method, params });
  const request = (method, params) => new Promise((resolve, reject) => {
    const id = next++;
    waiting.set(id, { resolve, reject });
    post({ id, method, params });
  });

  const handlers = {
    "ui/notifications/tool-input": (params) => { given = params.arguments || {}; },
    "ui/notifications/tool-result": (params) => show(params),
    "ui/notifications/tool-cancelled": () => replace(status("The call was cancelled.")),
    "ui/notifications/host-context-changed": (params) => dress(params),
  };

  window.addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== window.parent || !message || message.jsonrpc !== "2.0") return;
    if (message.method === undefined) {
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if (one) message.error ? one.reject(new Error(message.error.message)) : one.resolve(message.result);
    } else if (message.id !== undefined) {
      const known = message.method === "ping" || message.method === "ui/resource-teardown";
      post(known ? { id: message.id, result: {} } : { id: message.id, error: { code: -32601, message: "Method not found" } });
    } else if (Object.hasOwn(handlers, message.method)) {
      handlers[message.method](message.params || {});
    }
  });

  const dress = (context) => {
    if (context.theme) document.documentElement.style.colorScheme = context.theme;
    for (const [name, value] of Object.entries(context.styles?.variables || {})) {
      if (name.startsWith("--") && value) document.documentElement.style.setProperty(name, value);
    }
  };

  const callTool = (name, args) => request("tools/call", { name, arguments: args });

  const tellModel = (text) => {
    if (!host.updateModelContext) return;
    request("ui/update-model-context", { content: [{ type: "text", text }] }).catch(() => {});
  };

  // Elements.

  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children);
    return made;
  };
  // What marks outsiders' words for the model, and what is meant for it alone, says nothing to a person.
  const readable = (text) => text.split("\n").filter((line) => !/^(<<<|>>>)$|^Cut parts: /.test(line)).join("\n");
  const status = (text) => element("p", { role: "status", tabindex: "-1" }, text);
  const replace = (...children) => root.replaceChildren(...children);
  const textOf = (result) => (result.content || []).map((one) => one.text || "").join("\n");
  const failed = (error) => status(
    `${error.message || error}. Whether anything was done is not known: look before you try again.`,
  );

  // Buttons are off while a call is under way: nothing is done twice.
  const act = async (place, work) => {
    const buttons = place.querySelectorAll("button, textarea");
    buttons.forEach((one) => { one.disabled = true; });
    try {
      await work();
    } catch (error) {
      const told = failed(error);
      place.append(told);
      told.focus();
    }
  };

  const finish = (place, text) => {
    const told = status(text);
    place.replaceChildren(told);
    told.focus();
    tellModel(`The person answered on the page: ${text}`);
  };

  // A question: consent by the person who reads it.

  const question = (view, heading = "h1") => {
    const place = element("section", { "aria-label": view.title });
    const approve = () => act(place, async () => {
      const result = await callTool(view.call.name, view.call.arguments);
      const again = result._meta?.[KEY];
      if (again?.kind === "question") {
        place.replaceWith(element("div", {}, status("It has changed since; this is what it would do now."), question(again)));
      } else {
        finish(place, textOf(result));
      }
    });
    const decline = () => act(place, async () => finish(place, textOf(await callTool(view.decline.name, view.decline.arguments))));
    place.append(
      element(heading, {}, view.title),
      element("div", { class: "question" }, element("pre", { style: "border:0;padding:0;margin:0" }, view.text)),
      element("button", { class: "first", type: "button", onclick: approve }, view.action),
      element("button", { type: "button", onclick: decline }, "Decline"),
    );
    return place;
  };

  // The overview: a heading for each line of the answer.

  const overview = (view) => [
    element("h1", {}, view.title),
    ...view.sections.map((one) => element(
      "section", {}, element("h2", {}, one.label),
      element("ul", {}, ...one.items.map((item) => element("li", {}, item))),
    )),
  ];

  // Sequences side by side, with the period before where the person asks for it.

  const percent = (text) => { const found = parseFloat(text); return Number.isFinite(found) ? found : 0; };
  const bars = (now, before) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 100 18");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    for (const [kind, value, y, height] of [["now", now, 2, 8], ["before", before, 11, 5]]) {
      if (value === undefined) continue;
      const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      bar.setAttribute("class", kind);
      bar.setAttribute("y", y);
      bar.setAttribute("height", height);
      bar.setAttribute("width", Math.min(100, percent(value)));
      svg.append(bar);
    }
    return svg;
  };

  const performance = (view, before) => {
    const sent = view.rows.filter((row) => row.contacted !== "-" && row.contacted !== "0");
    const earlier = new Map((before?.rows || []).map((row) => [row.id, row]));
    const body = sent.map((row) => {
      const then = before ? earlier.get(row.id)?.replied || "-" : undefined;
      return element(
        "tr", {}, element("th", { scope: "row" }, row.name),
        element("td", { class: "number" }, row.contacted),
        element("td", { class: "number wide" }, row.opened),
        element("td", { class: "number" }, row.replied, ...(before ? [element("br"), `before ${then}`] : [])),
        element("td", {}, bars(row.replied, then)),
      );
    });
    const heads = [["Sequence", ""], ["Contacted", "number"], ["Opened", "number wide"], ["Replied", "number"], ["", "bars"]];
    const table = element(
      "table", {},
      element("caption", {}, view.period),
      element("thead", {}, element("tr", {}, ...heads.map(([name, kind]) => name
        ? element("th", { scope: "col", class: kind }, name) : element("td", { class: kind })))),
      element("tbody", {}, ...body),
    );
    const parts = [element("h1", {}, view.title)];
    parts.push(sent.length ? table : status("No sequence has sent in this period."));
    if (view.before && !before && sent.length) {
      const place = element("p", {});
      const compare = () => act(place, async () => {
        const result = await callTool(view.before.name, view.before.arguments);
        const found = result._meta?.[KEY];
        if (found?.kind === "performance") replace(...performance(view, found));
        else place.replaceChildren(status(textOf(result)));
      });
      place.append(element("button", { type: "button", onclick: compare }, "Compare with the period before"));
      parts.push(place);
    }
    return parts;
  };

  // The inbox: read a thread, write an answer, approve it.

  const thread = (row) => {
    const place = element("li", {});
    const open = () => act(place, async () => {
      const result = await callTool("reply_get_thread", { id: Number(row.id) });
      const id = `answer-${row.id}`;
      const field = element("textarea", { id });
      const check = () => act(place, async () => {
        const answer = await callTool("reply_send_inbox_reply", { id: Number(row.id), message: field.value });
        const view = answer._meta?.[KEY];
        if (view?.kind === "question") {
          const asked = question(view, "h2");
          place.replaceChildren(asked);
          asked.querySelector("button").focus();
        } else {
          finish(place, textOf(answer));
        }
      });
      const button = element("button", { class: "first", type: "button", disabled: true, onclick: check }, "Check and send …");
      field.addEventListener("input", () => { button.disabled = !field.value.trim(); });
      place.replaceChildren(
        element("h2", {}, row.contact), element("pre", {}, readable(textOf(result))),
        ...(result.isError ? [] : [element("label", { for: id }, `Your answer to ${row.contact}`), field, button]),
      );
      if (!result.isError) field.focus();
    });
    const about = [row.category, row.state, row.last].filter((one) => one && one !== "-").join(" · ");
    place.append(
      element("h2", {}, row.contact), element("p", {}, about), element("p", { class: "says" }, row.says || ""),
    );
    // Nobody is offered to write to somebody who asked for no more, or who is gone.
    if (!row.closed) {
      const label = `Read and answer ${row.contact}`;
      place.append(element("button", { type: "button", "aria-label": label, onclick: open }, "Read and answer"));
    }
    return place;
  };

  const threads = (view) => [
    element("h1", {}, view.title),
    view.rows.length
      ? element("ul", { style: "list-style:none;padding:0" }, ...view.rows.map(thread))
      : status("Nothing waits here."),
    ...(view.below || []).map((text) => element("p", {}, text)),
  ];

  const show = (result) => {
    const view = result._meta?.[KEY];
    const kinds = { question: (one) => [question(one)], overview, performance, threads };
    if (view && Object.hasOwn(kinds, view.kind)) replace(...kinds[view.kind](view));
    else replace(element("h1", {}, view?.title || "Reply"), element("pre", { role: "status" }, view?.text || textOf(result)));
  };

  let timer = 0;
  new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(() => notify("ui/notifications/size-changed", {
      width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight,
    }), 50);
  }).observe(document.body);

  request("ui/initialize", {
    protocolVersion: PROTOCOL, appInfo: { name: "reply-mcp", version: "1" }, appCapabilities: {},
  }).then((result) => {
    host = result.hostCapabilities || {};
    dress(result.hostContext || {});
    notify("ui/notifications/initialized");
  }).catch((error) => replace(failed(error)));
})();

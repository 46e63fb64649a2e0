"""`email_templates` with their `email_template_folders` and `template_variables`, and `ai_prompts`."""

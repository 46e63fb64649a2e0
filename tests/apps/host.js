// A host of one page, by the SDK's own host side: its schemas check every message of the page.
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

// `window.host` is what the driver gives: { call(name, arguments), told(text) }.
window.render = async ({ page, args, result, theme, capabilities }) => {
  const frame = document.createElement("iframe");
  frame.title = "app";
  frame.setAttribute("sandbox", "allow-scripts allow-forms");
  frame.style.cssText = "border:0;width:100%;height:20px;display:block";
  document.body.replaceChildren(frame);
  const bridge = new AppBridge(null, { name: "test-host", version: "1.0.0" }, capabilities, {
    hostContext: { theme, styles: { variables: {} }, displayMode: "inline", platform: "web" },
  });
  bridge.oncalltool = async (params) => await window.callTool(params.name, params.arguments || {});
  bridge.onupdatemodelcontext = async (params) => { await window.toldModel(JSON.stringify(params)); return {}; };
  bridge.onsizechange = ({ height }) => { if (height) frame.style.height = `${height}px`; };
  bridge.oninitialized = async () => {
    await bridge.sendToolInput({ arguments: args });
    if (result) await bridge.sendToolResult(result);
  };
  window.bridge = bridge;
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.srcdoc = page;
};

/**
 * The walls around a window: what it may load, ask for and open. Everything is denied that the
 * product does not need; the product needs its own bundle and nothing from any network.
 */
import { url as inspectorUrl } from 'node:inspector';
import type { App, IpcMainEvent, IpcMainInvokeEvent, Session, WebContents, WebPreferences } from 'electron';

/** The one place the window's page comes from. */
export const bundleOrigin = 'app://bundle';

export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Copying a text out of the window is the only permission there is; reading the clipboard is not. */
const allowedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

const allowedProtocols: ReadonlySet<string> = new Set(['app:', 'blob:', 'data:']);

/** Web preferences of every window; a test compares them with what Electron reports. */
export function windowPreferences(preload: string, canDebug: boolean): WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    spellcheck: false,
    navigateOnDragDrop: false,
    disableDialogs: true,
    devTools: canDebug,
  };
}

/** Before the app is ready: sandbox for all, and no part of Chromium that would look for a network. */
export function hardenApp(app: App): void {
  const { commandLine } = app;
  // For root Chromium has no sandbox to enable, and both switches together start nothing at all.
  const isRoot = process.getuid?.() === 0;
  if (!(isRoot && commandLine.hasSwitch('no-sandbox'))) app.enableSandbox();
  commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  commandLine.appendSwitch('disable-background-networking');
  commandLine.appendSwitch('disable-component-update');
  commandLine.appendSwitch('disable-domain-reliability');
  commandLine.appendSwitch('disable-sync');
  commandLine.appendSwitch('dns-prefetch-disable');
  commandLine.appendSwitch('no-pings');
  commandLine.appendSwitch('no-proxy-server');
  commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp');
  // In a release the fuse against --inspect is set, and Chromium's own door for debuggers closes with it.
  if (app.isPackaged && inspectorUrl() === undefined) {
    for (const door of ['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address', 'js-flags']) commandLine.removeSwitch(door);
  }
  app.on('web-contents-created', (_event, contents) => lockNavigation(contents));
}

/** Requests, permissions and devices of a session. */
export function hardenSession(session: Session, canDebug: boolean): void {
  session.webRequest.onBeforeRequest((details, answer) => {
    const { protocol } = new URL(details.url);
    answer({ cancel: !(allowedProtocols.has(protocol) || (canDebug && protocol === 'devtools:')) });
  });
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(allowedPermissions.has(permission)));
  session.setPermissionCheckHandler((_contents, permission) => allowedPermissions.has(permission));
  session.setDevicePermissionHandler(() => false);
  // A new session fetches a dictionary from a host of Google's even when spelling is not checked;
  // an address without a host ends that before a name is looked up.
  session.setSpellCheckerDictionaryDownloadURL('data:,');
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
}

/** A window stays on its page: no navigation, no second window, no webview. */
function lockNavigation(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

/** True when the message comes from the main frame of a window on our own bundle. */
export function isTrustedSender(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  if (!frame || frame !== event.sender.mainFrame) return false;
  const { protocol, host } = new URL(frame.url);
  return `${protocol}//${host}` === bundleOrigin;
}

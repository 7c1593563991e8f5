// The members of VoxEngine that our scenario uses, in our own words; test_types.py checks the scenario against this
// file, and against Voximplant's own declarations where OVERTITLE_VOXENGINE_TYPINGS names a copy of them.

declare enum Modules { ApplicationStorage = 'applicationstorage' }
declare function require(module: Modules): void;

declare enum AppEvents {
  CallAlerting = 'Application.CallAlerting',
  Started = 'Application.Started',
  WebSocket = 'AppEvents.NewWebSocketConnection',
  NewWebSocketFailed = 'Application.OnNewWebSocketFailed',
}
interface _CallAlertingEvent { call: Call; callerid: string; destination: string }
interface AppEventOf {
  [AppEvents.CallAlerting]: _CallAlertingEvent;
  [AppEvents.Started]: object;
  [AppEvents.WebSocket]: { websocket: WebSocket };
  [AppEvents.NewWebSocketFailed]: { reason: string };
}

declare namespace VoxEngine {
  function addEventListener<T extends keyof AppEventOf>(event: T, callback: (event: AppEventOf[T]) => any): void;
  function allowWebSocketConnections(): void;
  function disableTraceForIncomingWebsockets(): void;
  function callUser(parameters: { username: string; callerid: string }): Call;
  function callPSTN(number: string, callerid: string): Call;
  function callSIP(to: string, parameters?: { callerid?: string }): Call;
  function createWebSocket(url: string, parameters?: { headers?: { name: string; value: string }[] }): WebSocket;
  function customData(): string;
  function sendMediaBetween(one: Call, other: Call): void;
  function terminate(): void;
}

declare enum CallEvents {
  Connected = 'Call.Connected',
  Disconnected = 'Call.Disconnected',
  Failed = 'Call.Failed',
  PlaybackFinished = 'Call.PlaybackFinished',
}
interface CallEventOf {
  [CallEvents.Connected]: object;
  [CallEvents.Disconnected]: object;
  [CallEvents.Failed]: { code: number };
  [CallEvents.PlaybackFinished]: { error?: string };
}
interface SendMediaParameters { tag: string; customParameters?: any; encoding?: WebSocketAudioEncoding }

declare class Call {
  id(): string;
  state(): string;
  answer(): void;
  hangup(): void;
  say(text: string): void;
  playProgressTone(country: string): void;
  sendMessage(text: string): void;
  sendMediaTo(unit: WebSocket, parameters?: SendMediaParameters): void;
  stopMediaTo(unit: WebSocket): void;
  addEventListener<T extends keyof CallEventOf>(event: T, callback: (event: CallEventOf[T]) => any): void;
  removeEventListener<T extends keyof CallEventOf>(event: T, callback?: (event: CallEventOf[T]) => any): void;
}

declare enum WebSocketAudioEncoding { PCM8 = 'PCM8', PCM16 = 'PCM16', ALAW = 'ALAW', ULAW = 'ULAW', OPUS = 'OPUS' }
declare enum WebSocketEvents {
  OPEN = 'WebSocket.Open',
  CLOSE = 'WebSocket.Close',
  MESSAGE = 'WebSocket.Message',
  ERROR = 'WebSocket.Error',
}
interface WebSocketEventOf {
  [WebSocketEvents.OPEN]: object;
  [WebSocketEvents.CLOSE]: { code: number; reason: string; wasClean: boolean };
  [WebSocketEvents.MESSAGE]: { text: string };
  [WebSocketEvents.ERROR]: object;
}
declare class WebSocket {
  send(data: string): void;
  close(): void;
  addEventListener<T extends keyof WebSocketEventOf>(event: T, callback: (event: WebSocketEventOf[T]) => any): void;
}

declare namespace ApplicationStorage {
  function get(key: string): Promise<{ value: string } | null>;
}
declare namespace Logger {
  function write(message: string): void;
}
declare function setTimeout(callback: () => any, timeout?: number): number;

// VoxEngine as far as our scenario knows it: runs the scenario, takes commands as lines of JSON, tells what happens
// as lines of JSON. Media frames are written after voximplant.com/docs/guides/media-streams/format.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const readline = require('node:readline');
const vm = require('node:vm');
const wire = require('./socket.js');

const [scenario, given] = process.argv.slice(2);
const options = { secrets: {}, storage: {}, customData: '', scale: 0.01, ...JSON.parse(given) };

const tell = (on, details) => process.stdout.write(`${JSON.stringify({ on, ...details })}\n`);

class Events {
  constructor() {
    this.handlers = [];
  }

  addEventListener(name, handler) {
    if (name === undefined || typeof handler !== 'function') throw new TypeError('no such event, or no function');
    this.handlers.push([name, handler]);
  }

  removeEventListener(name, handler) {
    this.handlers = this.handlers.filter(([n, h]) => n !== name || (handler && h !== handler));
  }

  emit(name, details) {
    for (const [wanted, handler] of [...this.handlers]) if (wanted === name) handler({ name, ...details });
  }
}

const WebSocketEvents = {
  OPEN: 'WebSocket.Open',
  CLOSE: 'WebSocket.Close',
  MESSAGE: 'WebSocket.Message',
  ERROR: 'WebSocket.Error',
};
const WebSocketAudioEncoding = { PCM8: 'PCM8', PCM16: 'PCM16', ALAW: 'ALAW', ULAW: 'ULAW', OPUS: 'OPUS' };

class WebSocket extends Events {
  constructor() {
    super();
    this.way = { connection: null };
    this.sequence = {};
    this.over = false;
  }

  handlers_() {
    return {
      opened: () => this.emit(WebSocketEvents.OPEN, {}),
      text: (text) => this.emit(WebSocketEvents.MESSAGE, { text }),
      closed: (code) => this.ended(code),
      refused: () => {
        this.emit(WebSocketEvents.ERROR, {});
        this.ended(1006);
      },
    };
  }

  ended(code) {
    if (this.over) return;
    this.over = true;
    tell('closed', { code });
    this.emit(WebSocketEvents.CLOSE, { code, reason: '', wasClean: code !== 1006 });
  }

  send(text) {
    if (typeof text !== 'string') throw new TypeError('text only');
    if (this.way.connection) this.way.connection.send(text);
  }

  close() {
    if (this.way.connection) this.way.connection.close();
  }

  media(event, tag, body) {
    const sequenceNumber = (this.sequence[tag] = (this.sequence[tag] ?? -1) + 1);
    this.send(JSON.stringify({ event, sequenceNumber, [event]: { tag, ...body } }));
  }
}

const calls = [];

class Call extends Events {
  constructor(incoming) {
    super();
    this.name = `L${calls.push(this)}`;
    this.phase = incoming ? 'ALERTING' : 'PROGRESSING';
    this.units = new Map();
  }

  id() {
    return this.name;
  }

  state() {
    return this.phase;
  }

  answer() {
    tell('answer', { leg: this.name });
  }

  say(text) {
    tell('say', { leg: this.name, text });
  }

  playProgressTone(country) {
    tell('tone', { leg: this.name, country });
  }

  sendMessage(text) {
    if (this.phase !== 'CONNECTED') throw new Error('the call is not connected');
    tell('message', { leg: this.name, text: JSON.parse(text) });
  }

  hangup() {
    tell('hangup', { leg: this.name });
    this.leave('Call.Disconnected', { code: 200 });
  }

  leave(event, details) {
    this.phase = 'TERMINATED';
    this.emit(event, details);
  }

  sendMediaTo(unit, parameters) {
    const { tag, encoding, customParameters } = parameters;
    if (!Object.values(WebSocketAudioEncoding).includes(encoding)) throw new TypeError('no such encoding');
    this.units.set(unit, { tag, chunk: 0, bytes: 0 });
    const mediaFormat = { encoding, sampleRate: encoding === 'PCM16' ? 16000 : 8000 };
    unit.media('start', tag, { mediaFormat, customParameters: JSON.stringify(customParameters) });
    tell('streaming', { leg: this.name, tag });
  }

  stopMediaTo(unit) {
    const stream = this.units.get(unit);
    if (!stream) return;
    this.units.delete(unit);
    const mediaInfo = { bytesSent: stream.bytes, duration: Math.round(stream.chunk / 50) };
    unit.media('stop', stream.tag, { mediaInfo });
  }

  /** 20 ms frames of PCM16. */
  speak(pcm) {
    for (const [unit, stream] of this.units) {
      for (let at = 0; at < pcm.length; at += 640) {
        const piece = pcm.subarray(at, at + 640);
        const body = { chunk: stream.chunk, timestamp: stream.chunk * 320, payload: piece.toString('base64') };
        unit.media('media', stream.tag, body);
        stream.chunk += 1;
        stream.bytes += piece.length;
      }
    }
  }
}

function place(kind, to, from) {
  const call = new Call(false);
  tell('call', { leg: call.name, kind, to, from });
  return call;
}

const session = new Events();
let server = null;

function allow() {
  server = http.createServer((request, response) => response.writeHead(404).end());
  server.on('upgrade', (request, stream) => {
    const websocket = new WebSocket();
    websocket.way.connection = wire.accept(request, stream, websocket.handlers_());
    session.emit('AppEvents.NewWebSocketConnection', { websocket, headers: [] });
  });
  server.listen(0, '127.0.0.1', () => tell('listening', { url: `http://127.0.0.1:${server.address().port}/request/1` }));
}

const VoxEngine = {
  addEventListener: (name, handler) => session.addEventListener(name, handler),
  allowWebSocketConnections: allow,
  disableTraceForIncomingWebsockets: () => tell('untraced', {}),
  callUser: ({ username, callerid }) => place('user', username, callerid),
  callPSTN: (number, callerid) => place('tel', number, callerid),
  callSIP: (to, parameters) => place('sip', to, parameters.callerid),
  customData: () => options.customData,
  sendMediaBetween: (one, other) => tell('bridge', { legs: [one.name, other.name] }),
  createWebSocket: (url, { headers, trace }) => {
    const websocket = new WebSocket();
    const named = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
    if (!/^wss?:\/\//.test(url)) throw new TypeError('no address');
    tell('dialling', { headers: Object.keys(named), trace: Boolean(trace) });
    websocket.way = wire.dial(url, named, websocket.handlers_());
    return websocket;
  },
  terminate: () => {
    tell('terminate', {});
    process.exitCode = 0;
    setTimeout(() => process.exit(), 50); // what was written goes out first
  },
};
if (options.secrets) VoxEngine.getSecretValue = (name) => options.secrets[name];

const commands = {
  started: () => session.emit('Application.Started', {}),
  alerting: ({ to, from }) => {
    const call = new Call(true);
    session.emit('Application.CallAlerting', { call, destination: to, callerid: from });
  },
  connected: ({ leg }) => {
    leg.phase = 'CONNECTED';
    leg.emit('Call.Connected', {});
  },
  told: ({ leg, error }) => leg.emit('Call.PlaybackFinished', { error }),
  left: ({ leg }) => leg.leave('Call.Disconnected', { code: 200 }),
  failed: ({ leg, code }) => leg.leave('Call.Failed', { code }),
  speak: ({ leg, pcm }) => leg.speak(Buffer.from(pcm, 'base64')),
};

const api = {
  VoxEngine,
  WebSocketEvents,
  WebSocketAudioEncoding,
  Modules: { ApplicationStorage: 'applicationstorage' },
  require: (name) => {
    if (name !== 'applicationstorage') throw new Error('no such module');
  },
  AppEvents: {
    CallAlerting: 'Application.CallAlerting',
    Started: 'Application.Started',
    WebSocket: 'AppEvents.NewWebSocketConnection',
    NewWebSocketFailed: 'Application.OnNewWebSocketFailed',
  },
  CallEvents: {
    Connected: 'Call.Connected',
    Disconnected: 'Call.Disconnected',
    Failed: 'Call.Failed',
    PlaybackFinished: 'Call.PlaybackFinished',
  },
  ApplicationStorage: {
    get: async (key) => (key in options.storage ? { key, value: options.storage[key], expireAt: 0 } : null),
  },
  Logger: { write: (text) => tell('log', { text }) },
  setTimeout: (callback, delay) => setTimeout(callback, delay * options.scale),
};

vm.runInNewContext(fs.readFileSync(scenario, 'utf8'), api, { filename: scenario });
const orders = readline.createInterface({ input: process.stdin });
orders.on('line', (line) => {
  const { do: name, leg, ...details } = JSON.parse(line);
  commands[name]({ ...details, leg: leg && calls[Number(leg.slice(1)) - 1] });
});
orders.on('close', () => process.exit());
tell('ready', {});

// Overtitle: live captions for a Voximplant call. Upload this file as a scenario; docs/how-to/voximplant.md says how.
//
// Two ways, one file:
//   a call comes in    the scenario calls the other side and dials the Overtitle listener. The listener's address and
//                      token are the application's secrets `overtitle_url` and `overtitle_token`, or entries of the
//                      key-value storage with these names; they are never written into this file.
//   Overtitle dials    `overtitle listen --dial-out` starts the scenario, connects to its session and says a one-time
//                      key; only then are the two sides called, so no word is missed.
//
// Both sides hear NOTICE before a sound of theirs leaves the call. A lost connection never disturbs the call.
// The log names no address, key, number or spoken word.

require(Modules.ApplicationStorage);

/** What both sides are told; empty where they were told in another way. */
const NOTICE = 'Please note: this call is captioned live by a computer program.';
/** The country whose ringing tone a caller hears until the other side answers: US or RU. */
const TONE = 'US';
/** The lanes' names in Overtitle. */
const CALLER = 'caller';
const AGENT = 'agent';
/** Said for every stream: the documentation names two different defaults. */
const ENCODING = WebSocketAudioEncoding.PCM16;

/** Milliseconds before each attempt after a loss; when they are used up, the call goes on without captions. */
const DELAYS = [500, 1000, 2000, 4000, 8000, 16000];
/** A connection that lasted this long was a good one: the attempts start anew. */
const STEADY = 30000;
/** For the one-time key of a desktop that has connected. */
const KEY_PATIENCE = 5000;
/** For a desktop that started the scenario to connect for the first time. */
const DESKTOP_PATIENCE = 30000;
/** Between the last frame and the end of the session. */
const FAREWELL = 1000;
/** A caption longer than this is not relayed: `Call.sendMessage` takes 8192 bytes, and JSON may double a text. */
const LONGEST = 2000;

/**
 * Whom a call that comes in is for. Edit this one to call a number or a SIP address instead.
 * @param {_CallAlertingEvent} event
 * @returns {Call}
 */
function callAgent(event) {
  return VoxEngine.callUser({ username: event.destination, callerid: event.callerid });
}

/** @type {{ [tag: string]: Call }} */
const legs = {};
/** Tags of the sides that are on the line and have heard the notice, as far as it could be said. @type {Set<string>} */
const ready = new Set();
/** Whether a side could not be told: then the call takes place without captions. */
let untold = false;
/** @type {WebSocket | null} */
let socket = null;
let talking = false;
let over = false;

/** @param {string} text */
function note(text) {
  Logger.write(`Overtitle: ${text}`);
}

// --- the call ---------------------------------------------------------------------------------------------------------

/**
 * @param {string} tag
 * @param {Call} call
 * @param {() => void} [answered]
 */
function join(tag, call, answered) {
  legs[tag] = call;
  call.addEventListener(CallEvents.Connected, () => {
    note(`${tag} is on the line`);
    report(tag, 'connected');
    tell(tag, call);
    if (answered) answered();
  });
  call.addEventListener(CallEvents.Disconnected, () => end(`${tag} hung up`));
  call.addEventListener(CallEvents.Failed, (event) => end(`${tag} could not be reached, code ${event.code}`));
}

/**
 * @param {string} tag
 * @param {Call} call
 */
function tell(tag, call) {
  const done = () => {
    ready.add(tag);
    converse();
    if (!talking && tag === CALLER && !dialledOut) call.playProgressTone(TONE);
  };
  if (!NOTICE) return done();
  /** @param {{ error?: string }} event */
  const finished = (event) => {
    call.removeEventListener(CallEvents.PlaybackFinished, finished);
    if (event.error) {
      untold = true;
      note(`the notice could not be said to ${tag}, so there are no captions; the call goes on`);
    }
    done();
  };
  call.addEventListener(CallEvents.PlaybackFinished, finished);
  call.say(NOTICE);
}

/** Connects the two sides, once both were told; captions begin with the conversation. */
function converse() {
  if (talking || over || !ready.has(CALLER) || !ready.has(AGENT)) return;
  talking = true;
  VoxEngine.sendMediaBetween(legs[CALLER], legs[AGENT]);
  stream();
}

/** @param {string} why */
function end(why) {
  if (over) return;
  over = true;
  note(`${why}; the session ends`);
  silence();
  for (const tag of Object.keys(legs)) {
    if (legs[tag].state() !== 'TERMINATED') legs[tag].hangup();
  }
  setTimeout(() => {
    if (socket) socket.close();
    VoxEngine.terminate();
  }, FAREWELL);
}

// --- sound to the desktop, captions back ------------------------------------------------------------------------------

function stream() {
  if (!socket || !talking || over || untold) return;
  for (const tag of Object.keys(legs)) {
    legs[tag].sendMediaTo(socket, { tag: tag, encoding: ENCODING, customParameters: { call: legs[tag].id() } });
  }
  relay({ type: 'captions', on: true });
}

function silence() {
  if (!socket || !talking || untold) return;
  for (const tag of Object.keys(legs)) legs[tag].stopMediaTo(socket);
}

/** @param {WebSocket} opened */
function adopt(opened) {
  socket = opened;
  stream();
}

function lose() {
  socket = null;
  if (talking && !untold) relay({ type: 'captions', on: false });
}

/**
 * In-call text to both sides; a Web or Mobile SDK gets it as a message, a telephone ignores it.
 * @param {object} message
 */
function relay(message) {
  if (over) return;
  for (const tag of Object.keys(legs)) {
    if (ready.has(tag)) legs[tag].sendMessage(JSON.stringify(message));
  }
}

/**
 * @param {string} text
 * @returns {any} an object, empty for anything else
 */
function parse(text) {
  try {
    const message = JSON.parse(text);
    return message !== null && typeof message === 'object' ? message : {};
  } catch (error) {
    return {};
  }
}

/** @param {any} message */
function caption(message) {
  if (message.customEvent !== 'caption' || typeof message.text !== 'string' || message.text.length > LONGEST) return;
  relay({ type: 'caption', tag: String(message.tag || ''), text: message.text, final: message.final === true });
}

// --- the first way: this scenario dials the listener ------------------------------------------------------------------

/**
 * @param {string} name
 * @returns {Promise<string>} empty when it is nowhere
 */
async function setting(name) {
  // Accounts without a secret storage have the key-value storage.
  const secret = typeof VoxEngine.getSecretValue === 'function' ? VoxEngine.getSecretValue(name) : undefined;
  if (secret) return secret;
  const entry = await ApplicationStorage.get(name);
  return entry ? entry.value : '';
}

/**
 * @param {string} url
 * @param {string} token
 * @param {number} attempt
 */
function dial(url, token, attempt) {
  if (over) return;
  /** @type {WebSocket} */
  let dialled;
  try {
    dialled = VoxEngine.createWebSocket(url, { headers: [{ name: 'Authorization', value: `Bearer ${token}` }] });
  } catch (error) {
    note('no captions: overtitle_url is no address that can be dialled; the call goes on');
    return;
  }
  let opened = 0;
  let gone = false;
  dialled.addEventListener(WebSocketEvents.OPEN, () => {
    opened = Date.now();
    note('connected to the listener');
    adopt(dialled);
  });
  dialled.addEventListener(WebSocketEvents.MESSAGE, (event) => caption(parse(event.text)));
  /** @param {number} code */
  const ended = (code) => {
    if (gone) return; // a failure may be told as an error, as a close, or as both
    gone = true;
    if (socket === dialled) lose();
    redial(url, token, opened && Date.now() - opened >= STEADY ? 0 : attempt, code);
  };
  dialled.addEventListener(WebSocketEvents.CLOSE, (event) => ended(event.code));
  dialled.addEventListener(WebSocketEvents.ERROR, () => ended(0));
}

/**
 * @param {string} url
 * @param {string} token
 * @param {number} attempt how many were made since the last good connection
 * @param {number} code why the last one ended; 0 when nobody said
 */
function redial(url, token, attempt, code) {
  if (over) return;
  // These are the listener's word that it wants no more: stopped, wrong data, wrong token, or a reason of its own.
  const meant = [1000, 1003, 1007, 1008, 1009].includes(code) || code >= 4000;
  if (meant || attempt >= DELAYS.length) {
    note(`no captions any more, code ${code}, ${attempt} attempts; the call goes on`);
    return;
  }
  note(`the listener is out of reach, code ${code}; next attempt in ${DELAYS[attempt]} ms`);
  setTimeout(() => dial(url, token, attempt + 1), DELAYS[attempt]);
}

VoxEngine.addEventListener(AppEvents.CallAlerting, async (event) => {
  join(CALLER, event.call, () => {
    const agent = callAgent(event);
    join(AGENT, agent);
  });
  event.call.answer();
  const url = await setting('overtitle_url').catch(() => '');
  const token = await setting('overtitle_token').catch(() => '');
  if (url && token) dial(url, token, 0);
  else note('no captions: the secret overtitle_url or overtitle_token is missing; the call goes on');
});

// --- the second way: the desktop dials this session -------------------------------------------------------------------

/** Whether a desktop started this session. */
let dialledOut = false;

/**
 * Tells the desktop how the call comes about.
 * @param {string} tag
 * @param {string} state
 */
function report(tag, state) {
  if (dialledOut && socket) socket.send(JSON.stringify({ customEvent: 'state', tag: tag, state: state }));
}

/**
 * @param {string} address `user:NAME`, `tel:+NUMBER` or `sip:ADDRESS`
 * @param {string} from shown to the one who is called; for a number it has to be a verified one
 * @returns {Call}
 */
function callAddress(address, from) {
  const name = address.slice(address.indexOf(':') + 1);
  if (address.startsWith('user:')) return VoxEngine.callUser({ username: name, callerid: from || 'overtitle' });
  if (address.startsWith('tel:')) return VoxEngine.callPSTN(name, from);
  return VoxEngine.callSIP(address, { callerid: from || 'overtitle' });
}

/** @param {any} order `key`, `agent`, `caller` and `from`, as `overtitle listen --dial-out` sends them */
function callBoth(order) {
  report(AGENT, 'calling');
  join(AGENT, callAddress(order.agent, order.from), () => {
    report(CALLER, 'calling');
    join(CALLER, callAddress(order.caller, order.from));
  });
}

/**
 * Nothing leaves through a connection before it has said the one-time key of this session.
 * @param {WebSocket} arrived
 * @param {any} order
 */
function admit(arrived, order) {
  let admitted = false;
  setTimeout(() => {
    if (!admitted) arrived.close();
  }, KEY_PATIENCE);
  arrived.addEventListener(WebSocketEvents.MESSAGE, (event) => {
    const message = parse(event.text);
    if (admitted && message.customEvent === 'hangup') return end('the desktop hung up');
    if (admitted) return caption(message);
    if (message.customEvent !== 'hello' || message.key !== order.key) {
      note('a connection without the key of this session was refused');
      return arrived.close();
    }
    admitted = true;
    note('the desktop is connected');
    if (socket) {
      silence();
      socket.close();
    }
    adopt(arrived);
    report('', 'ready');
    if (!legs[AGENT]) callBoth(order);
  });
  arrived.addEventListener(WebSocketEvents.CLOSE, (event) => {
    if (socket !== arrived) return;
    lose();
    note(`the desktop is gone, code ${event.code}; the call goes on`);
  });
}

VoxEngine.addEventListener(AppEvents.Started, () => {
  const order = parse(VoxEngine.customData());
  if (typeof order.key !== 'string' || order.key.length < 16 || !order.agent || !order.caller) return;
  dialledOut = true;
  VoxEngine.disableTraceForIncomingWebsockets();
  VoxEngine.allowWebSocketConnections();
  VoxEngine.addEventListener(AppEvents.WebSocket, (event) => admit(event.websocket, order));
  VoxEngine.addEventListener(AppEvents.NewWebSocketFailed, () => note('a connection too many was refused'));
  setTimeout(() => {
    if (!legs[AGENT]) end('no desktop came');
  }, DESKTOP_PATIENCE);
});

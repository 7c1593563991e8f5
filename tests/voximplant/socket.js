// A WebSocket over Node's own sockets, for both directions: Node 20 has none that sets headers or takes connections.
'use strict';

const crypto = require('node:crypto');
const http = require('node:http');

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455, section 1.3
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const proof = (key) => crypto.createHash('sha1').update(key + MAGIC).digest('base64');

/** One open connection; `on` has text(string) and closed(code). */
class Connection {
  constructor(stream, masked, on) {
    this.stream = stream;
    this.masked = masked;
    this.on = on;
    this.pending = Buffer.alloc(0);
    this.code = 1006;
    this.closing = false;
    stream.on('data', (data) => this.read(data));
    stream.on('error', () => stream.destroy());
    stream.on('close', () => on.closed(this.code));
  }

  read(data) {
    this.pending = Buffer.concat([this.pending, data]);
    for (;;) {
      const frame = take(this.pending);
      if (!frame) return;
      this.pending = this.pending.subarray(frame.size);
      this.handle(frame);
    }
  }

  handle({ opcode, payload }) {
    if (opcode === TEXT) this.on.text(payload.toString('utf8'));
    if (opcode === PING) this.frame(PONG, payload);
    if (opcode !== CLOSE) return;
    this.code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    if (!this.closing) this.frame(CLOSE, payload.subarray(0, 2));
    this.closing = true;
    this.stream.end();
  }

  send(text) {
    if (!this.closing) this.frame(TEXT, Buffer.from(text));
  }

  close() {
    if (this.closing) return;
    this.closing = true;
    this.frame(CLOSE, Buffer.from([3, 232])); // 1000
  }

  frame(opcode, payload) {
    const size = payload.length;
    const head = size < 126 ? Buffer.alloc(2) : Buffer.alloc(size < 65536 ? 4 : 10);
    head[0] = 0x80 | opcode;
    if (size < 126) head[1] = size;
    else if (size < 65536) {
      head[1] = 126;
      head.writeUInt16BE(size, 2);
    } else {
      head[1] = 127;
      head.writeBigUInt64BE(BigInt(size), 2);
    }
    if (!this.masked) return void this.stream.write(Buffer.concat([head, payload]));
    head[1] |= 0x80;
    const mask = crypto.randomBytes(4);
    this.stream.write(Buffer.concat([head, mask, payload.map((byte, index) => byte ^ mask[index % 4])]));
  }
}

/** The first whole frame of `data`; null while it is incomplete. Fragments are not expected here. */
function take(data) {
  if (data.length < 2) return null;
  let at = 2;
  let size = data[1] & 0x7f;
  if (size >= 126) {
    const wide = size === 126 ? 2 : 8;
    if (data.length < at + wide) return null;
    size = wide === 2 ? data.readUInt16BE(at) : Number(data.readBigUInt64BE(at));
    at += wide;
  }
  const mask = data[1] & 0x80 ? data.subarray(at, at + 4) : null;
  if (mask) at += 4;
  if (data.length < at + size) return null;
  const raw = data.subarray(at, at + size);
  const payload = mask ? raw.map((byte, index) => byte ^ mask[index % 4]) : raw;
  return { opcode: data[0] & 0x0f, payload: Buffer.from(payload), size: at + size };
}

/** Dial out as VoxEngine does, offering `chat`; `on` also has opened() and refused(). */
function dial(url, headers, on) {
  const key = crypto.randomBytes(16).toString('base64');
  const request = http.request(url.replace(/^ws/, 'http'), {
    headers: {
      ...headers,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key,
      'Sec-WebSocket-Protocol': 'chat',
    },
    agent: false,
  });
  const way = { connection: null };
  request.on('upgrade', (response, stream, first) => {
    const { 'sec-websocket-accept': accept, 'sec-websocket-protocol': protocol } = response.headers;
    if (accept !== proof(key) || protocol !== 'chat') {
      stream.destroy();
      return on.refused();
    }
    way.connection = new Connection(stream, true, on);
    on.opened();
    if (first.length) way.connection.read(first);
  });
  request.on('response', (response) => {
    response.resume();
    on.refused();
  });
  request.on('error', () => on.refused());
  request.end();
  return way;
}

/** Take a connection on a stream that asked to be upgraded. */
function accept(request, stream, on) {
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Accept: ${proof(request.headers['sec-websocket-key'])}`,
  ];
  stream.write(`${lines.join('\r\n')}\r\n\r\n`);
  return new Connection(stream, false, on);
}

module.exports = { dial, accept };

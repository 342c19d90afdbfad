// Owns the sound. What the bot plays comes over a WebSocket of its own, as Opus that the browser decodes, or as
// samples where it can't, and is played a moment later. Browsers let a page sound only after a click or a key.

import { RATE, Schedule } from "./schedule.js";
import { changed } from "./state.js";

/** Where the sound begins in a message; before it: two ids, the timestamp (at 16) and a number. */
const HEADER = 22;
const CHANNELS = 2;
const OPUS = { codec: "opus", sampleRate: RATE, numberOfChannels: CHANNELS };
/** The wait before a connection that ended is tried again, in milliseconds. */
const RETRY = 1000;

const decodes = canDecode();
let context = null; // once somebody has clicked
let loudness = null;
let volume = 1;
let listener = null; // the id of who listens
let connection = null;

/** Lets the page sound. To be called for a click or a key; `sound` is told once it does. */
export function wake() {
  if (!context) {
    context = new AudioContext({ sampleRate: RATE });
    loudness = new GainNode(context, { gain: volume });
    loudness.connect(context.destination);
    context.addEventListener("statechange", () => {
      connect();
      changed("sound");
    });
  }
  context.resume();
}

/** Whether what comes is heard. */
export const isAwake = () => context?.state === "running";

/** Sets how loud it is, from 0 to 1. */
export function setVolume(share) {
  volume = share;
  loudness?.gain.setTargetAtTime(share, context.currentTime, 0.02);
}

/** Listens as a person, or with null as nobody; they hear the channel they are in. */
export function listenAs(person) {
  if (person === listener) return;
  listener = person;
  connect();
}

/** Has a connection for who listens, if the page may sound, and no other. */
function connect() {
  const wanted = isAwake() ? listener : null;
  if ((connection?.person ?? null) === wanted) return;
  connection?.close();
  connection = wanted && follow(wanted);
}

/** Follows what a person hears. Returns who that is, and what ends it. */
function follow(person) {
  const schedule = new Schedule();
  const waiting = new Set(); // what is put to be played
  let closed = false, socket, sound, timer;
  decodes.then((here) => closed || open(here));
  return { person, close };

  function open(here) {
    sound = here ? decoded(play) : plain(play);
    socket = new WebSocket(`ws://${location.host}/_local/voice/listen?as=${person}&format=${here ? "opus" : "pcm"}`);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => sound.takes(new DataView(data).getUint32(16), data.slice(HEADER));
    socket.onclose = () => {
      sound.ends();
      if (!closed) timer = setTimeout(open, RETRY, here);
    };
  }

  function close() {
    closed = true;
    clearTimeout(timer);
    sound?.ends();
    socket?.close();
    for (const source of waiting) source.stop();
  }

  /** Plays the samples of both channels when their time has come. */
  function play(samples, timestamp) {
    if (closed || !isAwake()) return;
    const { at, anew } = schedule.place(timestamp, context.currentTime);
    if (anew) for (const source of waiting) source.stop();
    const buffer = new AudioBuffer({ length: samples[0].length, numberOfChannels: CHANNELS, sampleRate: RATE });
    samples.forEach((channel, index) => buffer.copyToChannel(channel, index));
    const source = new AudioBufferSourceNode(context, { buffer });
    source.onended = () => waiting.delete(source);
    source.connect(loudness);
    source.start(at);
    waiting.add(source);
  }
}

/** Takes Opus and has it decoded here. What is no Opus is left out. */
function decoded(play) {
  const stamps = new Map(); // microseconds -> the timestamp they stand for
  let decoder, count = 0;
  begin();
  return {
    takes(timestamp, data) {
      if (decoder.state === "closed") begin();
      const micros = (count += 1) * 20_000;
      stamps.set(micros, timestamp);
      decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: micros, data }));
    },
    ends: () => decoder.state !== "closed" && decoder.close(),
  };

  function begin() {
    stamps.clear();
    decoder = new AudioDecoder({ output, error: () => {} });
    decoder.configure(OPUS);
  }

  function output(data) {
    const timestamp = stamps.get(data.timestamp);
    stamps.delete(data.timestamp);
    const samples = Array.from({ length: CHANNELS }, (_, planeIndex) => {
      const channel = new Float32Array(data.numberOfFrames);
      data.copyTo(channel, { planeIndex, format: "f32-planar" });
      return channel;
    });
    data.close();
    if (timestamp !== undefined) play(samples, timestamp);
  }
}

/** Takes samples, those of the channels by turns. */
function plain(play) {
  return {
    takes(timestamp, data) {
      const mixed = new Float32Array(data);
      const of = (channel) => mixed.filter((_, index) => index % CHANNELS === channel);
      play([of(0), of(1)], timestamp);
    },
    ends() {},
  };
}

/** Whether this browser decodes Opus: not all do, and none where a page came neither by https nor from this machine. */
async function canDecode() {
  try {
    return (await AudioDecoder.isConfigSupported(OPUS)).supported;
  } catch {
    return false;
  }
}

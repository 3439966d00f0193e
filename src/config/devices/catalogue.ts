import type { DeviceModel } from "./model.js";
import { HERMES_ONE, HERMES_TWO, PCM, PCM_JOSHI } from "./pcm.js";
import { RRAM_CMO, RRAM_MILO, RRAM_WAN, RRAM_WAN_CUBIC } from "./rram.js";
import { SONOS } from "./sonos.js";

/** Every published device this library knows, with source, validity and numbers. */
export const DEVICE_MODELS = {
  pcm: PCM,
  pcmJoshi: PCM_JOSHI,
  hermesOne: HERMES_ONE,
  hermesTwo: HERMES_TWO,
  rramMilo: RRAM_MILO,
  rramWan: RRAM_WAN,
  rramWanCubic: RRAM_WAN_CUBIC,
  rramCmo: RRAM_CMO,
  sonos: SONOS,
} as const satisfies Readonly<Record<string, DeviceModel>>;

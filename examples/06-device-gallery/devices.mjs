import { DEVICE_MODELS } from "sliced-crossbar";

const DAY = 86_400;

/** How each published device is written in a configuration, and the times its data cover. */
export const DEVICES = [
  {
    name: "pcm",
    model: DEVICE_MODELS.pcm,
    cells: { programming: { kind: "pcm" }, drift: { kind: "pcm" } },
    times: [0, 1, 10, 60, 600, 3600, 6 * 3600, DAY, 7 * DAY, 30 * DAY, 365 * DAY],
  },
  { name: "pcmJoshi", model: DEVICE_MODELS.pcmJoshi, cells: { programming: { kind: "pcmJoshi" } }, times: [] },
  {
    name: "hermes-one",
    model: DEVICE_MODELS.hermesOne,
    cells: { programming: { kind: "hermes", devices: 1 }, drift: { kind: "hermes", devices: 1 } },
    times: [0, 1, 10, 60, 600, 3600, 6 * 3600, DAY, 7 * DAY, 30 * DAY, 365 * DAY],
  },
  {
    name: "hermes-two",
    model: DEVICE_MODELS.hermesTwo,
    cells: { programming: { kind: "hermes" }, drift: { kind: "hermes" } },
    times: [0, 1, 10, 60, 600, 3600, 6 * 3600, DAY, 7 * DAY, 30 * DAY, 365 * DAY],
  },
  { name: "rramMilo", model: DEVICE_MODELS.rramMilo, cells: { programming: { kind: "rramMilo" } }, times: [] },
  {
    name: "rramWan",
    model: DEVICE_MODELS.rramWan,
    cells: { programming: { kind: "rramWan" }, drift: { kind: "rramWan" } },
    times: [1, DAY, 2 * DAY],
  },
  {
    name: "rramWan-cubic",
    model: DEVICE_MODELS.rramWanCubic,
    cells: { programming: { kind: "rramWan", fit: "cubic" } },
    times: [],
  },
  {
    name: "rramCmo",
    model: DEVICE_MODELS.rramCmo,
    cells: { programming: { kind: "rramCmo", acceptance: 0.002 }, drift: { kind: "rramCmo" } },
    times: [1, 10, 60, 600, 3600, 6 * 3600, DAY, 7 * DAY],
  },
  {
    name: "sonos",
    model: DEVICE_MODELS.sonos,
    cells: { programming: { kind: "sonos" }, drift: { kind: "sonos" } },
    times: [3600, 6 * 3600, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 5 * DAY],
  },
];

export { defaultServerLimits, type ServerLimits } from "./limits.js";
export type { CutReason, DropReason, ServerMetrics } from "./server-metrics.js";
export {
  createSignalingServer,
  type SignalingServer,
  type SignalingServerOptions,
} from "./signaling-server.js";

// Calls of RPCs, JSON-RPC 2.0.
import { post, Problem } from "./client";

export interface RPCResult {
  execution_id: string;
  actions: number;
  deliveries?: { id: string; state: string; outcome?: string }[];
}

interface Reply {
  result?: RPCResult;
  error?: { code: number; message: string; data?: { code?: string; execution_id?: string } };
}

/** What an RPC answered instead of a result. */
export class RPCError extends Problem {
  constructor(
    message: string,
    readonly executionId: string | undefined,
  ) {
    super(200, "rpc", message);
  }
}

/** Runs an RPC for a device and waits until its actions were attempted once. */
export async function callRPC(eui: string, method: string, params: Record<string, unknown>): Promise<RPCResult> {
  const reply = await post<Reply>("/rpc?wait=1", { jsonrpc: "2.0", id: "1", method, params: { ...params, _eui: eui } });
  if (reply.error) throw new RPCError(reply.error.message, reply.error.data?.execution_id);
  return reply.result!;
}

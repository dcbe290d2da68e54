/** Where frames are posted, below the URL. */
export const RPC_PATH = "/api/mcp/rpc";

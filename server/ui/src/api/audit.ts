// The record of changes.

export interface AuditEntry {
  id: string;
  time: string;
  actor: string; // a user, or "token:" and a token's name
  action: string; // "org_param.reveal"
  target: string;
  before?: unknown;
  after?: unknown;
}

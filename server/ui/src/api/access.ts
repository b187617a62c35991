// People and API tokens.
import { del, getAll, post, put } from "./client";
import type { Me } from "./session";

export type Role = Me["role"];

export interface User {
  name: string;
  role: Role;
  created_at: string;
  updated_at: string;
}

export const scopes = ["ingest", "rpc", "read", "scripts", "admin"] as const;
export type Scope = (typeof scopes)[number];

export interface Token {
  id: string;
  name: string;
  scopes: Scope[];
  created_at: string;
  created_by: string;
  expires_at?: string;
  last_used_at?: string;
}

export const listUsers = () => getAll<User>("/users");
export const saveUser = (name: string, change: { role?: Role; password?: string; org?: string }) => put<User>("/users/" + encodeURIComponent(name), change);
export const deleteUser = (name: string) => del("/users/" + encodeURIComponent(name));

export const listTokens = () => getAll<Token>("/tokens");
export const makeToken = (token: { name: string; scopes: Scope[]; expires_at?: string }) => post<Token & { token: string }>("/tokens", token);
export const deleteToken = (id: string) => del("/tokens/" + encodeURIComponent(id));

// Who is signed in.
import { get, post } from "./client";

export type Capability = "post_uplinks" | "call_rpc" | "read" | "operate" | "write" | "admin";

export interface Me {
  org: string;
  org_name: string;
  time_zone: string;
  name: string;
  role: "admin" | "integrator" | "operator";
  capabilities: Capability[];
}

export interface Credentials {
  org?: string;
  name: string;
  password: string;
}

export const me = () => get<Me>("/me");
export const login = (credentials: Credentials) => post<Me>("/login", credentials);
export const logout = () => post<void>("/logout");

/** Sets the first admin's password with the token of the one-time link, and signs in. */
export const setUp = (token: string, password: string) => post<Me>("/setup", { token, password });

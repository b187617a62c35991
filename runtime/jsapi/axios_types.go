package jsapi

// axiosTypes declares what scripts use of axios; its own declarations say more, about things that this
// sandbox does not have.
const axiosTypes = `const axios: AxiosInstance & {
  isAxiosError(value: any): value is AxiosError; VERSION: string;
  isCancel(value: any): boolean; CanceledError: new (message?: string, config?: AxiosRequestConfig, request?: any) => AxiosError;
  CancelToken: { new (executor: (cancel: (message?: string) => void) => void): any; source(): { token: any; cancel: (message?: string) => void } };
  HttpStatusCode: Record<string, any>; mergeConfig(a: AxiosRequestConfig, b: AxiosRequestConfig): AxiosRequestConfig;
  toFormData(object: object, form?: any, options?: any): any; formToJSON(form: FormData): any;
  AxiosError: new (message?: string, code?: string, config?: AxiosRequestConfig, request?: any, response?: AxiosResponse) => AxiosError;
  AxiosHeaders: new (headers?: Record<string, any>) => any;
  all<T>(promises: (T | Promise<T>)[]): Promise<T[]>; spread<R>(callback: (...args: any[]) => R): (list: any[]) => R;
}
interface AxiosRequestConfig {
  url?: string; method?: string; baseURL?: string; allowAbsoluteUrls?: boolean;
  headers?: Record<string, any>; params?: any; data?: any;
  paramsSerializer?: ((params: any) => string) | { encode?: (v: string) => string; serialize?: (params: any) => string; indexes?: boolean | null; dots?: boolean };
  formSerializer?: { indexes?: boolean | null; dots?: boolean };
  timeout?: number; timeoutErrorMessage?: string; auth?: { username: string; password: string };
  responseType?: "json" | "text" | "arraybuffer"; responseEncoding?: string; decompress?: boolean;
  signal?: AbortSignal; cancelToken?: any;
  maxRedirects?: number; maxContentLength?: number; maxBodyLength?: number;
  validateStatus?: ((status: number) => boolean) | null;
  transformRequest?: AxiosTransform | AxiosTransform[]; transformResponse?: AxiosTransform | AxiosTransform[];
  transitional?: { silentJSONParsing?: boolean; forcedJSONParsing?: boolean; clarifyTimeoutError?: boolean };
}
type AxiosTransform = (this: AxiosRequestConfig, data: any, headers: any, status?: number) => any;
interface AxiosResponse<T = any> { data: T; status: number; statusText: string; headers: Record<string, any>; config: AxiosRequestConfig; request?: any }
interface AxiosError<T = any> extends Error { isAxiosError: true; code?: string; status?: number; config?: AxiosRequestConfig; request?: any; response?: AxiosResponse<T>; toJSON(): object }
interface AxiosInterceptorManager<V> { use(fulfilled?: (value: V) => V | Promise<V>, rejected?: (error: any) => any, options?: { runWhen?: (config: AxiosRequestConfig) => boolean }): number; eject(id: number): void; clear(): void }
interface AxiosInstance {
  <T = any>(config: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  <T = any>(url: string, config?: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  request<T = any>(config: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  get<T = any>(url: string, config?: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  delete<T = any>(url: string, config?: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  head<T = any>(url: string, config?: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  options<T = any>(url: string, config?: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  post<T = any>(url: string, data?: any, config?: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  put<T = any>(url: string, data?: any, config?: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  patch<T = any>(url: string, data?: any, config?: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  postForm<T = any>(url: string, data?: any, config?: AxiosRequestConfig): Promise<AxiosResponse<T>>;
  getUri(config?: AxiosRequestConfig): string;
  create(config?: AxiosRequestConfig): AxiosInstance;
  defaults: AxiosRequestConfig;
  interceptors: { request: AxiosInterceptorManager<AxiosRequestConfig>; response: AxiosInterceptorManager<AxiosResponse> };
}`

package egress

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/tripline/tripline/runtime"
)

// Codes of a *runtime.FetchError besides runtime.CodeEgressBlocked, as Node and axios name them.
const (
	CodeAborted          = "ECONNABORTED" // the time was up
	CodeRefused          = "ECONNREFUSED"
	CodeReset            = "ECONNRESET"
	CodeTimedOut         = "ETIMEDOUT" // while connecting, or waiting for the header
	CodeNotFound         = "ENOTFOUND" // no such host
	CodeNoAnswer         = "EAI_AGAIN" // name servers did not answer
	CodeBadResponse      = "ERR_BAD_RESPONSE"
	CodeTooManyRedirects = "ERR_FR_TOO_MANY_REDIRECTS"
	CodeBadRedirect      = "ERR_FR_REDIRECTION_FAILURE"
	CodeBadURL           = "ERR_INVALID_URL"
	CodeCanceled         = "ERR_CANCELED"
	CodeNetwork          = "ERR_NETWORK"
	CodeTLS              = "EPROTO"
)

func failure(code, format string, args ...any) *runtime.FetchError {
	return &runtime.FetchError{Code: code, Message: fmt.Sprintf(format, args...)}
}

func blocked(format string, args ...any) *runtime.FetchError {
	return failure(string(runtime.CodeEgressBlocked), "egress blocked: "+format, args...)
}

func timedOut(limit time.Duration) *runtime.FetchError {
	return failure(CodeAborted, "timeout of %dms exceeded", limit.Milliseconds())
}

// explain turns err, which came of talking to u, into a *runtime.FetchError. Its message names the host
// and port and nothing else of the URL.
func explain(ctx context.Context, err error, u *url.URL, limit time.Duration) error {
	switch ctx.Err() {
	case context.DeadlineExceeded:
		return timedOut(limit)
	case context.Canceled:
		return failure(CodeCanceled, "canceled")
	}
	if known, ok := errors.AsType[*runtime.FetchError](err); ok {
		return known
	}
	address := dialAddress(u)
	if rule := forbidden(err); rule != "" {
		return blocked("%s: %s. The operator can allow a host or prefix with TRIPLINE_EGRESS_ALLOW", address, rule)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return failure(CodeNotFound, "getaddrinfo ENOTFOUND %s", u.Hostname())
		}
		return failure(CodeNoAnswer, "getaddrinfo EAI_AGAIN %s", u.Hostname())
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return failure(errnoName(errno), "%s %s %s", operation(err), errnoName(errno), address)
	}
	if code := tlsCode(err); code != "" {
		return failure(code, "TLS with %s failed: %s", address, tlsReason(err))
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return failure(CodeTimedOut, "%s ETIMEDOUT %s", operation(err), address)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(err.Error(), "server closed"):
		return failure(CodeReset, "socket hang up (%s)", address)
	case strings.Contains(err.Error(), "malformed HTTP"):
		return failure("HPE_INVALID_CONSTANT", "Parse Error: %s did not answer in HTTP", address)
	default:
		return failure(CodeNetwork, "the request to %s failed", address)
	}
}

func operation(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op != "dial" {
		return op.Op
	}
	return "connect"
}

func isTimeout(err error) bool {
	t, ok := errors.AsType[net.Error](err)
	return ok && t.Timeout()
}

func errnoName(errno syscall.Errno) string {
	switch errno {
	case syscall.ECONNREFUSED:
		return CodeRefused
	case syscall.ECONNRESET:
		return CodeReset
	case syscall.ETIMEDOUT:
		return CodeTimedOut
	case syscall.EHOSTUNREACH:
		return "EHOSTUNREACH"
	case syscall.ENETUNREACH:
		return "ENETUNREACH"
	case syscall.EPIPE:
		return "EPIPE"
	case syscall.EADDRNOTAVAIL:
		return "EADDRNOTAVAIL"
	case syscall.EMFILE:
		return "EMFILE"
	default:
		return CodeNetwork
	}
}

// tlsCode returns the code for a failed handshake, or "".
func tlsCode(err error) string {
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "ERR_TLS_CERT_ALTNAME_INVALID"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return "CERT_HAS_EXPIRED"
		}
		return CodeTLS
	}
	_, isRecord := errors.AsType[tls.RecordHeaderError](err)
	_, isAlert := errors.AsType[tls.AlertError](err)
	if isRecord || isAlert || strings.Contains(err.Error(), "HTTP response to HTTPS client") {
		return CodeTLS
	}
	return ""
}

func tlsReason(err error) string {
	if verification, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return verification.Err.Error()
	}
	return "the server does not speak TLS, or refuses ours"
}

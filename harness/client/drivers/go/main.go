// Drives tencentcloud-sdk-go: one JSON object a line on stdin, one on stdout. It adds nothing to what the SDK does.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
	cvm "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/cvm/v20170312"
)

const module = "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/cvm"

type config struct {
	Scheme, Endpoint, BackupEndpoint, CaFile, Method, Sign, Region, Language, Token, SecretId, SecretKey string
	TimeoutMs                                                                            int
	Retries                                                                              struct{ Network, Rate int }
}

type request struct {
	Op     string
	Id     json.RawMessage
	Action string
	Params map[string]json.RawMessage
	Config config
}

type failure struct {
	Kind      string `json:"kind"`
	Type      string `json:"type"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestId string `json:"requestId"`
}

type reply struct {
	Id     json.RawMessage `json:"id"`
	Ok     bool            `json:"ok"`
	Result interface{}     `json:"result,omitempty"`
	Error  *failure        `json:"error,omitempty"`
	// hello
	Sdk      string   `json:"sdk,omitempty"`
	Version  string   `json:"version,omitempty"`
	Language string   `json:"language,omitempty"`
	Features []string `json:"features,omitempty"`
}

func hello() reply {
	version := ""
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range build.Deps {
			if dependency.Path == module {
				version = strings.TrimPrefix(dependency.Version, "v")
			}
		}
	}
	return reply{Ok: true, Sdk: "tencentcloud-sdk-go/cvm", Version: version, Language: runtime.Version(),
		// No retry-network: this SDK repeats only requests with a ClientToken, and DeleteImages has none.
		Features: []string{"post-json", "get", "v1", "token", "language", "region", "timeout",
			"retry-rate", "http", "https", "port", "failover"}}
}

func unsupported(message string) reply {
	return reply{Error: &failure{Kind: "unsupported", Message: message}}
}

// Only what is set is handed over; the rest stays the SDK's default.
func clientFor(c config) (*cvm.Client, error) {
	p := profile.NewClientProfile()
	if c.Scheme != "" {
		p.HttpProfile.Scheme = c.Scheme
	}
	if c.Endpoint != "" {
		p.HttpProfile.Endpoint = c.Endpoint
	}
	if c.Method != "" {
		p.HttpProfile.ReqMethod = c.Method
	}
	if c.TimeoutMs != 0 {
		p.HttpProfile.ReqTimeout = c.TimeoutMs / 1000
	}
	if c.Sign != "" {
		p.SignMethod = c.Sign
	}
	if c.Language != "" {
		p.Language = c.Language
	}
	if c.BackupEndpoint != "" {
		// The SDK puts the service's name before it.
		p.DisableRegionBreaker = false
		p.BackupEndpoint = strings.TrimPrefix(c.BackupEndpoint, "cvm.")
	}
	p.NetworkFailureMaxRetries = c.Retries.Network
	p.RateLimitExceededMaxRetries = c.Retries.Rate
	// The SDK has no setting for trust, and copies this transport.
	var trust *tls.Config
	if c.CaFile != "" {
		pem, err := os.ReadFile(c.CaFile)
		if err != nil {
			return nil, err
		}
		trust = &tls.Config{RootCAs: x509.NewCertPool()}
		trust.RootCAs.AppendCertsFromPEM(pem)
	}
	http.DefaultTransport.(*http.Transport).TLSClientConfig = trust
	credential := common.NewCredential(c.SecretId, c.SecretKey)
	if c.Token != "" {
		credential = common.NewTokenCredential(c.SecretId, c.SecretKey, c.Token)
	}
	return cvm.NewClient(credential, c.Region, p)
}

// Sets a field of a request, as a user of the SDK would; says why it cannot be set.
func set(target interface{}, name string, value json.RawMessage) string {
	field := reflect.ValueOf(target).Elem().FieldByName(name)
	if !field.IsValid() {
		return "there is no " + name
	}
	decoder := json.NewDecoder(bytes.NewReader(value))
	if err := decoder.Decode(field.Addr().Interface()); err != nil {
		return fmt.Sprintf("%s is %s: %s", name, field.Type(), err)
	}
	return ""
}

func describe(err error) *failure {
	if sdk, ok := err.(*errors.TencentCloudSDKError); ok {
		kind := "api"
		// Errors of the SDK itself have codes too, all under one name.
		if sdk.Code == "" || strings.HasPrefix(sdk.Code, "ClientError") {
			kind = "client"
		}
		message := sdk.Message
		if cause := sdk.Unwrap(); cause != nil {
			message += ": " + cause.Error()
		}
		return &failure{kind, fmt.Sprintf("%T", err), sdk.Code, message, sdk.RequestId}
	}
	return &failure{"raw", fmt.Sprintf("%T", err), "", err.Error(), ""}
}

type driver struct {
	client *cvm.Client
	config config
}

func (d *driver) call(r request) (answer reply) {
	defer func() {
		if thrown := recover(); thrown != nil {
			answer = reply{Error: &failure{"raw", fmt.Sprintf("panic: %T", thrown), "", fmt.Sprint(thrown), ""}}
		}
	}()
	if r.Action != "DeleteImages" {
		return unsupported("there is no " + r.Action)
	}
	if r.Config.TimeoutMs%1000 != 0 {
		return unsupported("the time-out is a whole number of seconds")
	}
	deletion := cvm.NewDeleteImagesRequest()
	for name, value := range r.Params {
		if problem := set(deletion, name, value); problem != "" {
			return unsupported(problem)
		}
	}
	if d.client == nil || d.config != r.Config {
		client, err := clientFor(r.Config)
		if err != nil {
			return reply{Error: describe(err)}
		}
		d.client, d.config = client, r.Config
	}
	response, err := d.client.DeleteImages(deletion)
	if err != nil {
		return reply{Error: describe(err)}
	}
	if response == nil || response.Response == nil {
		return reply{Ok: true, Result: struct{}{}}
	}
	return reply{Ok: true, Result: response.Response}
}

func main() {
	// Standard output carries the protocol alone: what the SDK prints goes to the log.
	replies := os.Stdout
	os.Stdout = os.Stderr
	input := bufio.NewReader(os.Stdin)
	d := driver{}
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		var answer reply
		switch r.Op {
		case "exit":
			return
		case "hello":
			answer = hello()
		case "call":
			answer = d.call(r)
		default:
			answer = unsupported("no operation " + r.Op)
		}
		answer.Id = r.Id
		text, err := json.Marshal(answer)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		replies.Write(append(text, '\n'))
	}
}

using System.Net;
using Weighhouse.Access;
using Weighhouse.Http.Egress;

namespace Weighhouse.Settings;

/// <summary>
/// Every setting of <c>weigh up</c>, once. Options, environment names, file keys and the reference page come from this table.
/// </summary>
internal static class ServerSetting
{
    /// <summary>As many letters as there are bytes in the key that is made of it.</summary>
    private const int SecretKeyLengthMin = 32;

    public static readonly Setting Data = new("data", "DIR", "weighhouse-data",
        "The data directory: everything the server keeps", Any);

    public static readonly Setting Listen = new("listen", "ADDRESS", "127.0.0.1",
        "The address to listen on; any other than loopback needs sign-in to be set up first", CheckAddress);

    public static readonly Setting Port = new("port", "PORT", "5000",
        "The HTTP port of the pages and of every REST protocol; 0 takes a free one", CheckPort);

    public static readonly Setting GrpcPort = new("grpc-port", "PORT|off", "8500",
        "The cleartext HTTP/2 port of gRPC; 0 takes a free one, off opens none", text => text is "off" ? null : CheckPort(text));

    public static readonly Setting Database = new("database", "URL", null,
        "Where facts live: sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME; unset: weighhouse.db in the data directory", Any)
    {
        IsSecret = true,
    };

    public static readonly Setting Store = new("store", "URL", null,
        "Where content lies: s3://BUCKET/PREFIX or azure://CONTAINER/PREFIX, shared by all servers of a database; unset: blobs in the "
        + "data directory",
        text => text.StartsWith("s3://", StringComparison.Ordinal) || text.StartsWith("azure://", StringComparison.Ordinal)
            ? null
            : "begins with neither s3:// nor azure://");

    public static readonly Setting StoreEndpoint = new("store-endpoint", "URL", null,
        "The address of a store that is not Amazon's; unset: what the region says", CheckUrl);

    public static readonly Setting StoreRegion = new("store-region", "REGION", null,
        "The region of the bucket; unset: what the environment or the machine says", Any);

    public static readonly Setting StoreKey = new("store-key", "KEY", null,
        "The key to the store; unset: the environment's own (AWS_ACCESS_KEY_ID), a profile, or the machine's role", Any)
    {
        IsSecret = true,
    };

    public static readonly Setting StoreSecret = new("store-secret", "SECRET", null,
        "The secret of the key; better in the environment than on a command line", Any)
    {
        IsSecret = true,
    };

    public static readonly Setting StoreEncryption = new("store-encryption", "KIND", null,
        "What the store encrypts objects with: AES256, aws:kms or aws:kms:KEY; unset: what the bucket says",
        text => text is "AES256" || text.StartsWith("aws:kms", StringComparison.Ordinal) ? null : "is neither AES256 nor aws:kms");

    public static readonly Setting StoreCache = new("store-cache", "GIB", "10",
        "How much of a store in a bucket is kept on this machine, in GiB", text => CheckNumber(text, 1, 1_000_000));

    public static readonly Setting Auth = new("auth", "auto|required", "auto",
        "auto: no sign-in on loopback; required: everybody signs in",
        text => text is "auto" or "required" ? null : "is neither auto nor required");

    public static readonly Setting AdminPassword = new("admin-password", "PASSWORD", null,
        "Creates the user 'admin' with this password when there is no user yet; better in the environment than on a command line",
        CheckPassword)
    {
        IsSecret = true,
    };

    public static readonly Setting HostNames = new("host-names", "NAME,NAME", null,
        "Names under which browsers may reach the server besides its address, against DNS rebinding; unset: only loopback names where "
        + "nobody signs in, any name elsewhere",
        CheckHostNames);

    public static readonly Setting EgressAllow = new("egress-allow", "HOST,RANGE", null,
        "What webhooks may call besides the public internet by https: host names, addresses and ranges, such as hooks.corp.example or "
        + "10.1.0.0/16; unset: nothing",
        CheckEgress);

    public static readonly Setting SecretKey = new("secret-key", "KEY", null,
        "What secrets of webhooks are sealed with; the same for all servers over one PostgreSQL. Unset: a key of this server's own in the "
        + "data directory",
        text => text.Length >= SecretKeyLengthMin ? null : $"has {text.Length} characters; it needs at least {SecretKeyLengthMin}")
    {
        IsSecret = true,
    };

    public static readonly Setting RequestsPerSecond = new("requests-per-second", "NUMBER", "2000",
        "Requests a second of one user, or of one address that is not signed in; twice as many may come at once. The local administrator "
        + "has no limit",
        text => CheckNumber(text, 1, 1_000_000));

    public static readonly Setting RepackRate = new("repack-rate", "MB", "0",
        "Megabytes of weights a second that are packed in the background as differences from the version before; 0: never. Of f32 64 "
        + "take a third of a core, of bf16 a whole one",
        text => CheckNumber(text, 0, 1_000_000));

    public static readonly Setting Python = new("python", "PROGRAM", "python3",
        "The Python that runs models which are not ONNX, with the packages they need", Any);

    public static readonly Setting PythonWorkers = new("python-workers", "MIN[-MAX]", "1",
        "Processes of each loaded Python model: MIN always, up to MAX while requests wait; MAX unset: as many as there are processors",
        text => WorkersOf(text) is null ? "is not a number from 1 to 256, or two of them with a '-' between" : null);

    public static readonly Setting PythonMemory = new("python-memory", "MB", "4096",
        "Megabytes that a process of a Python model may take", text => CheckNumber(text, 64, 16_777_216));

    public static readonly Setting PythonTimeout = new("python-timeout", "SECONDS", "60",
        "How long a Python model may take for a request; one that takes longer is ended and replaced",
        text => CheckNumber(text, 1, 86_400));

    public static readonly Setting PythonVerdict = new("python-verdict", "safe|unknown|unsafe", "unknown",
        "The worst that a scan may say of a model's files so that Python gets them; unsafe: whoever may deploy may run anything",
        text => text is "safe" or "unknown" or "unsafe" ? null : "is none of safe, unknown, unsafe");

    public static readonly Setting PythonIsolation = new("python-isolation", "auto|required|off", "auto",
        "Shut Python models in, without network and rights. auto: where the machine cannot, only models that a scan calls safe are run",
        text => text is "auto" or "required" or "off" ? null : "is none of auto, required, off");

    public static readonly Setting DrainSeconds = new("drain-seconds", "SECONDS", "30",
        "How long a stop waits for requests in flight", text => CheckNumber(text, 0, 3_600));

    public static readonly Setting LogLevel = new("log-level", "LEVEL", "warning",
        "debug, information, warning or error; to stderr",
        text => text is "debug" or "information" or "warning" or "error" ? null : "is none of debug, information, warning, error");

    public static readonly Setting LogFormat = new("log-format", "text|json", "text",
        "One line of text or one JSON object an event", text => text is "text" or "json" ? null : "is neither text nor json");

    public static readonly Setting OtlpEndpoint = new("otlp-endpoint", "URL", null,
        "Send metrics and traces to this OpenTelemetry collector; unset: send nothing anywhere", CheckUrl);

    public static readonly IReadOnlyList<Setting> All =
    [
        Data, Listen, Port, GrpcPort, Database,
        Store, StoreEndpoint, StoreRegion, StoreKey, StoreSecret, StoreEncryption, StoreCache,
        Auth, AdminPassword, HostNames, EgressAllow, SecretKey, RequestsPerSecond, RepackRate,
        Python, PythonWorkers, PythonMemory, PythonTimeout, PythonVerdict, PythonIsolation, DrainSeconds, LogLevel, LogFormat,
        OtlpEndpoint,
    ];

    /// <summary>The least and the most; null when the text says neither.</summary>
    public static (int Min, int Max)? WorkersOf(string text)
    {
        var parts = text.Split('-');
        var (min, max) = (0, 0);
        var fits = parts.Length is 1 or 2 && int.TryParse(parts[0], out min) && min is >= 1 and <= 256
            && (parts.Length == 1 || (int.TryParse(parts[1], out max) && max >= min && max <= 256));
        return fits ? (min, max) : null;
    }

    private static string? Any(string text) => text.Length == 0 ? "is empty" : null;

    private static string? CheckAddress(string text) =>
        text is "localhost" or "*" || IPAddress.TryParse(text, out _) ? null : "is not an IP address, localhost or * (every address)";

    private static string? CheckPort(string text) => CheckNumber(text, 0, 65_535);

    private static string? CheckNumber(string text, int min, int max) =>
        int.TryParse(text, out var number) && number >= min && number <= max ? null : $"is not a whole number from {min} to {max}";

    private static string? CheckPassword(string text) => PasswordRules.Refuse(text) is null
        ? null
        : $"has {text.Length} characters; a password has {PasswordRules.LengthMin} to {PasswordRules.LengthMax}";

    private static string? CheckHostNames(string text) =>
        ServerSettings.NamesOf(text) is [_, ..] names && names.All(name => Uri.CheckHostName(name) is not UriHostNameType.Unknown)
            ? null
            : "is not a list of host names without scheme, port or path, such as weigh.example.org,weigh";

    private static string? CheckEgress(string text) => ServerSettings.NamesOf(text) is [_, ..] entries
        && entries.All(static entry => EgressModule.ProblemOf(entry) is null)
            ? null
            : "is not a list of host names, addresses and ranges, such as hooks.corp.example,10.1.0.0/16";

    private static string? CheckUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? null : "is not an http or https URL";
}

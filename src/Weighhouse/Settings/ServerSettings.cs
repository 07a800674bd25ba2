using System.Net;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Settings;

/// <summary>The settings as the program uses them: checked, typed, complete.</summary>
internal sealed record ServerSettings(
    string DataFolder,
    IPAddress Listen,
    int Port,
    int? GrpcPort,
    string? DatabaseUrl,
    BucketOptions? Store,
    bool SignInRequired,
    string? AdminPassword,
    IReadOnlyList<string> HostNames,
    IReadOnlyList<string> EgressAllow,
    string? SecretKey,
    int RequestsPerSecond,
    int RepackMegabytesPerSecond,
    PythonOptions Python,
    TimeSpan DrainTime,
    LogLevel LogLevel,
    bool LogJson,
    Uri? OtlpEndpoint)
{
    public bool ListensOnLoopbackOnly => IPAddress.IsLoopback(Listen);

    public static ServerSettings From(SettingValues values) => new(
        Path.GetFullPath(values.Required(ServerSetting.Data)),
        ParseAddress(values.Required(ServerSetting.Listen)),
        values.Number(ServerSetting.Port),
        values.Required(ServerSetting.GrpcPort) is "off" ? null : values.Number(ServerSetting.GrpcPort),
        values[ServerSetting.Database],
        StoreOf(values),
        values.Required(ServerSetting.Auth) is "required",
        values[ServerSetting.AdminPassword],
        NamesOf(values[ServerSetting.HostNames]),
        NamesOf(values[ServerSetting.EgressAllow]),
        values[ServerSetting.SecretKey],
        values.Number(ServerSetting.RequestsPerSecond),
        values.Number(ServerSetting.RepackRate),
        PythonOf(values),
        TimeSpan.FromSeconds(values.Number(ServerSetting.DrainSeconds)),
        Enum.Parse<LogLevel>(values.Required(ServerSetting.LogLevel), ignoreCase: true),
        values.Required(ServerSetting.LogFormat) is "json",
        values[ServerSetting.OtlpEndpoint] is { } url ? new Uri(url) : null);

    public static IReadOnlyList<string> NamesOf(string? list) =>
        list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The settings of a server started by code, a test for example: options only, neither environment nor file.</summary>
    public static ServerSettings FromOptions(params IReadOnlyList<(Setting Setting, string Value)> options)
    {
        var read = SettingsReader.Read(options.ToDictionary(option => option.Setting.Name, option => option.Value), _ => null, file: null);
        Invariant.That(!read.IsFailure, read.Error?.Message);
        return From(read.Value);
    }

    private static BucketOptions? StoreOf(SettingValues values) => values[ServerSetting.Store] is not { } store
        ? null
        : new BucketOptions
        {
            Url = store,
            Endpoint = values[ServerSetting.StoreEndpoint] is { } endpoint ? new Uri(endpoint) : null,
            Region = values[ServerSetting.StoreRegion],
            AccessKey = values[ServerSetting.StoreKey],
            SecretKey = values[ServerSetting.StoreSecret],
            Encryption = values[ServerSetting.StoreEncryption],
            CacheMaxBytes = (long)values.Number(ServerSetting.StoreCache) << 30,
        };

    private static PythonOptions PythonOf(SettingValues values)
    {
        var (min, max) = ServerSetting.WorkersOf(values.Required(ServerSetting.PythonWorkers))!.Value;
        return new PythonOptions
        {
            Interpreter = values.Required(ServerSetting.Python),
            WorkersMin = min,
            WorkersMax = max,
            MemoryBytesMax = values.Number(ServerSetting.PythonMemory) * 1_000_000L,
            RequestTimeout = TimeSpan.FromSeconds(values.Number(ServerSetting.PythonTimeout)),
            WorstVerdict = Enum.Parse<PythonVerdict>(values.Required(ServerSetting.PythonVerdict), ignoreCase: true),
            Isolation = Enum.Parse<PythonIsolation>(values.Required(ServerSetting.PythonIsolation), ignoreCase: true),
        };
    }

    private static IPAddress ParseAddress(string text) => text switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.Any,
        _ => IPAddress.Parse(text),
    };
}

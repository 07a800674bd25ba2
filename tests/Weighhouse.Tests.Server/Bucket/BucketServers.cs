using Weighhouse.Blobs;
using Weighhouse.Blobs.Backends;
using Weighhouse.TestKit;
using Weighhouse.Tests.Server.Bucket;

[assembly: AssemblyFixture(typeof(BucketServersStop))]

namespace Weighhouse.Tests.Server.Bucket;

/// <summary>One server of each protocol for all tests of the assembly that do not kill it.</summary>
internal static class BucketServers
{
    private static readonly Dictionary<ObjectProtocol, Lazy<Task<ObjectServer>>> Only =
        Enum.GetValues<ObjectProtocol>().ToDictionary(
            protocol => protocol, protocol => new Lazy<Task<ObjectServer>>(() => StartAsync(protocol)));

    public static Task<ObjectServer> GetAsync(ObjectProtocol protocol)
    {
        SkipWhereAbsent();
        return Only[protocol].Value;
    }

    /// <summary>A server that the test may kill.</summary>
    public static async Task<ObjectServer> StartAsync(ObjectProtocol protocol)
    {
        SkipWhereAbsent();
        var server = await ObjectServer.StartAsync(protocol);
        if (protocol is ObjectProtocol.Azure) await MakeContainerAsync(server);
        return server;
    }

    /// <summary>A bucket on this server, or on the wire to it, as a person would configure it.</summary>
    public static BucketOptions Options(ObjectProtocol protocol, ObjectServer server, string prefix, int? port = null) => new()
    {
        Url = protocol is ObjectProtocol.S3 ? $"s3://{ObjectServer.Bucket}/{prefix}" : $"azure://{ObjectServer.Bucket}/{prefix}",
        Endpoint = new UriBuilder(server.Endpoint) { Port = port ?? server.Port }.Uri,
        AccessKey = protocol is ObjectProtocol.S3 ? ObjectServer.S3Key : ObjectServer.AzureAccount,
        SecretKey = protocol is ObjectProtocol.S3 ? ObjectServer.S3Secret : ObjectServer.AzureSecret,
    };

    public static async ValueTask StopAsync()
    {
        foreach (var server in Only.Values.Where(server => server.IsValueCreated)) await (await server.Value).DisposeAsync();
    }

    private static async Task MakeContainerAsync(ObjectServer server)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{server.Endpoint}/{ObjectServer.Bucket}?restype=container");
        new AzureSigning(ObjectServer.AzureAccount, Convert.FromBase64String(ObjectServer.AzureSecret)).Sign(request);
        using var made = await client.SendAsync(request, TestContext.Current.CancellationToken);
        made.EnsureSuccessStatusCode();
    }

    private static void SkipWhereAbsent()
    {
        if (ObjectServer.WhyAbsent is not { } reason) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
    }
}

/// <summary>Stops the servers when the last test of the assembly has run.</summary>
public sealed class BucketServersStop : IAsyncDisposable
{
    public ValueTask DisposeAsync() => BucketServers.StopAsync();
}

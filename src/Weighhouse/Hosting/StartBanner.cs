using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Weighhouse.Access;
using Weighhouse.Settings;

namespace Weighhouse.Hosting;

/// <summary>What <c>weigh up</c> says once it serves: where to look, where the data is, how to connect, how to stop.</summary>
internal static class StartBanner
{
    public static void Write(TextWriter output, WebApplication app, ServerSettings settings, TimeSpan startTime)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        var http = Reachable(addresses[0]);
        var grpc = addresses.Length > 1 ? new Uri(Reachable(addresses[1])).Authority : "off";
        var link = app.Services.GetRequiredService<IAccessDoor>().CreateSignInLink();
        output.WriteLine($"Weighhouse {ProgramVersion.Text} is up after {startTime.TotalMilliseconds:F0} ms");
        output.WriteLine($"  Pages     {http}{link}");
        output.WriteLine($"  Data      {settings.DataFolder}");
        output.WriteLine($"  Ports     HTTP {new Uri(http).Authority}, gRPC {grpc}");
        output.WriteLine($"  MLflow    export MLFLOW_TRACKING_URI={http}");
        output.WriteLine("  Stop      Ctrl-C (finishes what is in flight)");
        output.Flush();
    }

    /// <summary>An address that listens everywhere is reached by this machine's loopback name.</summary>
    private static string Reachable(string address) =>
        address.Replace("://0.0.0.0:", "://127.0.0.1:").Replace("://[::]:", "://[::1]:").TrimEnd('/');
}

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Weighhouse.Hosting;
using Weighhouse.Kernel;
using Weighhouse.Settings;
using Weighhouse.Telemetry;

namespace Weighhouse;

/// <summary>The composition root: the one place that knows every module.</summary>
internal static class WeighApp
{
    private const int ConnectionsMax = 10_000;

    /// <summary>MLflow's clients put whole filters and lists of a thousand run ids into the query: 8 KB, the usual limit, is too
    /// little.</summary>
    private const int RequestLineBytesMax = 64 << 10;

    /// <summary>gRPC clients put all their calls on one connection; beyond Kestrel's hundred the others would wait in the client.</summary>
    private const int GrpcStreamsPerConnection = 1_000;

    /// <summary>What a client may send before it hears that it was read: a few round trips for a tensor of 64 MB, not a thousand.</summary>
    private const int GrpcStreamWindowBytes = 2 << 20;

    private const int GrpcConnectionWindowBytes = 8 << 20;

    /// <summary>Eight times the least: fewer headers and turns for large tensors.</summary>
    private const int GrpcFrameBytes = 128 << 10;

    /// <summary>A client that vanished without a word is noticed, and its streams end.</summary>
    private static readonly TimeSpan GrpcPingPause = TimeSpan.FromSeconds(60);

    /// <summary>Builds, prepares the data, listens. A refusal is an error with its cure, not an exception.</summary>
    public static async Task<Result<WebApplication>> StartAsync(ServerSettings settings, CancellationToken cancellation)
    {
        var app = Build(settings);
        try
        {
            var prepared = await Modules.PrepareAsync(app.Services, settings, cancellation);
            if (prepared.IsFailure) return await DropAsync(app, prepared.Error);
            await app.StartAsync(cancellation);
        }
        catch (IOException exception) when (
            exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException or SocketException)
        {
            return await DropAsync(app, Error.Precondition(
                $"Cannot listen on {settings.Listen} port {settings.Port} or gRPC port {settings.GrpcPort}: {exception.Message} "
                + "Stop what uses the port, or choose others with --port and --grpc-port."));
        }
        catch (SocketException exception)
        {
            return await DropAsync(app, Error.Precondition($"Cannot listen on {settings.Listen}: {exception.Message}. Check --listen."));
        }

        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Weighhouse.Host");
        HostingLog.Listening(logger, string.Join(", ", app.Urls), settings.DataFolder);
        app.Lifetime.ApplicationStopping.Register(() => HostingLog.Draining(logger, settings.DrainTime.TotalSeconds));
        return app;
    }

    /// <summary>The application, not yet listening.</summary>
    public static WebApplication Build(ServerSettings settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "weigh" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, settings));
        AddLogging(builder.Logging, settings);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(IdGenerator.Secure);
        builder.Services.AddSingleton(settings);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.DrainTime);
        builder.Services.AddTelemetry(settings);
        builder.Services.AddOpenApi("v1", NativeApiDocument.Configure);
        Modules.Add(builder.Services, settings);
        var app = builder.Build();
        app.UseMiddleware<RequestBoundary>();
        app.UseOneLeadingSlash();
        app.UseRouting();
        Modules.Use(app);
        app.UseEndpoints(_ => { });
        app.MapHealth();
        app.MapTelemetry();
        app.MapOpenApi("/api/{documentName}/openapi.json").WithMetadata(Policy.Anyone);
        Modules.Map(app);
        EndpointAudit.Demand(app);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, ServerSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.MaxRequestLineSize = RequestLineBytesMax;
        // Bodies are bounded by each endpoint's own named limit: an artifact may be larger than any JSON.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = GrpcStreamsPerConnection;
        kestrel.Limits.Http2.InitialStreamWindowSize = GrpcStreamWindowBytes;
        kestrel.Limits.Http2.InitialConnectionWindowSize = GrpcConnectionWindowBytes;
        kestrel.Limits.Http2.MaxFrameSize = GrpcFrameBytes;
        kestrel.Limits.Http2.KeepAlivePingDelay = GrpcPingPause;
        ListenOn(kestrel, settings.Listen, settings.Port, HttpProtocols.Http1);
        if (settings.GrpcPort is { } grpcPort) ListenOn(kestrel, settings.Listen, grpcPort, HttpProtocols.Http2);
    }

    private static void ListenOn(KestrelServerOptions kestrel, IPAddress address, int port, HttpProtocols protocols) =>
        kestrel.Listen(address, port, listen => listen.Protocols = protocols);

    private static void AddLogging(ILoggingBuilder logging, ServerSettings settings)
    {
        logging.SetMinimumLevel(settings.LogLevel);
        // Kestrel's own "listening" and the host's "started" lines repeat the banner.
        logging.AddFilter("Microsoft", settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning);
        // stdout is data (the banner's address can be piped), stderr is talk.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (settings.LogJson)
            logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        else
            logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.UseUtcTimestamp = true;
                text.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                text.ColorBehavior = LoggerColorBehavior.Disabled;
            });
    }

    private static async ValueTask<Result<WebApplication>> DropAsync(WebApplication app, Error error)
    {
        await app.DisposeAsync();
        return error;
    }
}

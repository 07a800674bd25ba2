using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Weighhouse.Kernel;
using Weighhouse.Settings;

namespace Weighhouse.Telemetry;

/// <summary>
/// Metrics for whoever scrapes /metrics, and metrics and traces to a collector when one is named. Nothing is sent anywhere unasked.
/// </summary>
internal static class TelemetryModule
{
    /// <summary>Bounds in seconds from 100 µs to 10 s: a logged metric takes half a millisecond, an upload seconds.</summary>
    private static readonly double[] DurationBounds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public static void AddTelemetry(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton<MetricsScrape>();
        services.AddSingleton(provider => BuildMeters(provider.GetRequiredService<MetricsScrape>(), settings));
        services.AddHostedService<TelemetryStart>();
        if (settings.OtlpEndpoint is not null) services.AddSingleton(_ => BuildTraces(settings));
    }

    public static void MapTelemetry(this IEndpointRouteBuilder routes) =>
        routes.MapGet(
            "/metrics", (RequestDelegate)(context => context.RequestServices.GetRequiredService<MetricsScrape>().AnswerAsync(context)))
            .WithMetadata(Policy.View).ExcludeFromDescription();

    private static MeterProvider BuildMeters(MetricsScrape scrape, ServerSettings settings)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(Describe)
            .AddMeter("Weighhouse*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddView(instrument => instrument.Unit is "s" ? new ExplicitBucketHistogramConfiguration { Boundaries = DurationBounds } : null)
            .AddReader(scrape.Reader);
        if (settings.OtlpEndpoint is not null)
            builder.AddOtlpExporter(exporter => exporter.Endpoint = settings.OtlpEndpoint);
        return builder.Build();
    }

    private static TracerProvider BuildTraces(ServerSettings settings) => Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(Describe)
        .AddSource("Weighhouse*", "Microsoft.AspNetCore")
        .AddOtlpExporter(exporter => exporter.Endpoint = settings.OtlpEndpoint!)
        .Build();

    private static void Describe(ResourceBuilder resource) => resource.AddService("weighhouse", serviceVersion: ProgramVersion.Text);

    /// <summary>Providers listen from the moment they exist; after the first request is soon enough and keeps the start short.</summary>
    private sealed class TelemetryStart(IServiceProvider services, IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.ApplicationStarted.Register(() =>
            {
                services.GetRequiredService<MeterProvider>();
                services.GetService<TracerProvider>();
            });
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Weighhouse.Data;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Experiments;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Events;

/// <summary>Server-sent events of a run or an experiment, for pages that are alive.</summary>
internal static class EventEndpoints
{
    private const string Words =
        "text/event-stream: 'metrics' with {\"run\",\"keys\"} when points were logged, "
        + "'run' with {\"run\",\"status\"} when anything else changed; the status is absent when it did not. "
        + "An event without a run says that more happened than can be told: read again.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/runs/{id}/events", RunAsync).WithTags("Events").WithMetadata(Policy.View)
            .WithSummary("What happens to a run, as it happens").WithDescription(Words)
            .Produces<string>(StatusCodes.Status200OK, EventStream.ContentType);
        routes.MapGet("/api/v1/experiments/{id}/events", ExperimentAsync).WithTags("Events").WithMetadata(Policy.View)
            .WithSummary("What happens to an experiment's runs, as it happens").WithDescription(Words)
            .Produces<string>(StatusCodes.Status200OK, EventStream.ContentType);
    }

    private static async Task RunAsync(
        HttpContext context, string id, IDatabase database, ITrackingEvents events, TrackingOptions options, TimeProvider time,
        IHostApplicationLifetime lifetime)
    {
        var run = new RunId(id);
        var found = await database.ReadAsync(
            session => RunHandle.FindAsync(session, context.Caller(), run, Permission.View), context.RequestAborted);
        if (found.IsFailure)
        {
            await ApiProblem.WriteAsync(context, found.Error);
            return;
        }

        await using var stream = new EventStream(context, options, time, lifetime.ApplicationStopping);
        await stream.SendAsync(cancellation => events.WatchRunAsync(run, cancellation));
    }

    private static async Task ExperimentAsync(
        HttpContext context, string id, IDatabase database, ITrackingEvents events, TrackingOptions options, TimeProvider time,
        IHostApplicationLifetime lifetime)
    {
        if (!ViewText.ToExperimentId(id).TryGet(out var experiment, out var error))
        {
            await ApiProblem.WriteAsync(context, error);
            return;
        }

        var refusal = await database.ReadAsync(
            session => ExperimentScope.RefuseAsync(session, context.Caller(), experiment, Permission.View), context.RequestAborted);
        if (refusal is not null)
        {
            await ApiProblem.WriteAsync(context, refusal);
            return;
        }

        await using var stream = new EventStream(context, options, time, lifetime.ApplicationStopping);
        await stream.SendAsync(cancellation => events.WatchExperimentAsync(experiment, cancellation));
    }
}

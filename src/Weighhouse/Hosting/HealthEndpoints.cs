using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Hosting;

/// <summary>What an orchestrator asks: /health says the process lives, /ready says it should be sent requests.</summary>
internal static class HealthEndpoints
{
    private static readonly SqlText Ping = SqlText.Both("Ping", "SELECT 1");

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", (RequestDelegate)(context => AnswerAsync(context, "OK")))
            .WithMetadata(Policy.Anyone).ExcludeFromDescription();
        routes.MapGet("/ready", (RequestDelegate)ReadyAsync).WithMetadata(Policy.Anyone).ExcludeFromDescription();
    }

    private static async Task ReadyAsync(HttpContext context)
    {
        var lifetime = context.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        var reason = lifetime.ApplicationStopping.IsCancellationRequested ? "draining" : await AskDatabaseAsync(context);
        if (reason is not null) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        await AnswerAsync(context, reason ?? "OK");
    }

    private static Task AnswerAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = text.Length;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private static async ValueTask<string?> AskDatabaseAsync(HttpContext context)
    {
        try
        {
            var database = context.RequestServices.GetRequiredService<IDatabase>();
            var answer = await database.ReadAsync(session => session.Prepare(Ping).LongAsync(), context.RequestAborted);
            return answer is 1 ? null : "the database answers nonsense";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever the driver throws means the same to an orchestrator; the details are in the log of the data module.
            return "the database does not answer";
        }
    }
}

using Weighhouse.Kernel;
using Weighhouse.Settings;

namespace Weighhouse;

/// <summary>The modules, in the order in which they depend on each other.</summary>
internal static class Modules
{
    public static void Add(IServiceCollection services, ServerSettings settings)
    {
    }

    /// <summary>What must be true before the first request: the directory is ours, the schema is current, listening is allowed.</summary>
    public static async ValueTask<Result<Done>> PrepareAsync(IServiceProvider services, ServerSettings settings, CancellationToken cancellation)
    {
        await Task.CompletedTask;
        return Done.Ok;
    }

    public static void Use(WebApplication app) =>
        app.Use((context, next) =>
        {
            context.Features.Set(Principal.Local);
            return next(context);
        });

    public static void Map(WebApplication app)
    {
    }
}

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Notices.Deliveries;
using Weighhouse.Notices.Events;
using Weighhouse.Notices.Hooks;
using Weighhouse.Notices.Secrets;

namespace Weighhouse.Notices;

/// <summary>What happens, told to addresses outside: events, hooks and their deliveries.</summary>
public static class NoticesModule
{
    public static IServiceCollection AddNotices(this IServiceCollection services, NoticesOptions options)
    {
        services.AddSingleton(new MigrationSource("notices", typeof(NoticesModule).Assembly));
        services.AddSingleton(options);
        services.AddSingleton<SecretBox>();
        services.AddSingleton<Sender>();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<IEvents, EventStore>();
        services.AddSingleton<IHooks, HookService>();
        services.AddSingleton<IJobHandler, EventMatcher>();
        services.AddSingleton<IJobHandler, DeliveryJob>();
        return services;
    }

    /// <summary>Maps the native API of this module: <c>/api/v1/hooks</c>.</summary>
    public static IEndpointRouteBuilder MapNotices(this IEndpointRouteBuilder routes)
    {
        HookEndpoints.Map(routes);
        return routes;
    }
}

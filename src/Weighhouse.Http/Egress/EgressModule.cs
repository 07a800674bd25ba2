using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Weighhouse.Http.Egress;

/// <summary>Registers the gateway.</summary>
public static class EgressModule
{
    public static IServiceCollection AddEgress(this IServiceCollection services, EgressOptions options) =>
        services.AddSingleton<IEgress>(provider => new EgressGateway(
            options, Dns.GetHostAddressesAsync, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EgressGateway>>()));

    /// <summary>Null for a good entry of <see cref="EgressOptions.AllowedPrivate"/>; otherwise what is wrong with it.</summary>
    public static string? ProblemOf(string entry) => EgressRules.Problem(entry);
}

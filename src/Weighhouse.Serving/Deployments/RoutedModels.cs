using Weighhouse.Kernel;
using Weighhouse.Registry;

namespace Weighhouse.Serving.Deployments;

/// <summary>Asks the registry about the models that routes name.</summary>
internal sealed class RoutedModels(IModelContent content)
{
    /// <summary>Every model named must be one the caller may view, with the version meant; the first one's project is the answer.</summary>
    public async ValueTask<Result<string>> ProjectOfAsync(
        Principal caller, IReadOnlyList<DeploymentRoute> routes, CancellationToken cancellation)
    {
        string? project = null;
        foreach (var route in routes)
        {
            if (!(await ResolveAsync(caller, route, cancellation)).TryGet(out var version, out var error)) return error;
            if (!(await content.FilesAsync(caller, version, cancellation)).TryGet(out var files, out error)) return error;
            project ??= files.Project;
        }

        return project!;
    }

    /// <summary>What the route leads to now.</summary>
    public ValueTask<Result<ModelVersionId>> ResolveAsync(Principal caller, DeploymentRoute route, CancellationToken cancellation) =>
        content.ResolveAsync(caller, route.Model, route.Version, route.Alias, cancellation);
}

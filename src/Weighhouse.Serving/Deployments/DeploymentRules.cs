using Weighhouse.Kernel;
using Weighhouse.Serving.Runtimes;

namespace Weighhouse.Serving.Deployments;

/// <summary>What a deployment and its routes may be.</summary>
internal static class DeploymentRules
{
    public static Error? RefuseName(string? name, ServingOptions options)
    {
        if (string.IsNullOrEmpty(name)) return Error.Invalid("A deployment needs a name.", "name");
        if (name.Length > options.NameLengthMax)
            return Error.Invalid($"The name has {name.Length} characters; at most {options.NameLengthMax} fit.", "name");
        var fits = char.IsAsciiLetterOrDigit(name[0])
            && name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
        return fits ? null : Error.Invalid($"'{name}' is no name: use letters, digits, '-', '_' and '.', a letter or digit first.", "name");
    }

    public static Error? RefuseRoutes(IReadOnlyList<DeploymentRoute> routes, ServingOptions options)
    {
        if (routes.Count == 0) return Error.Invalid("A deployment needs a route: the model that answers.", "routes");
        if (routes.Count > options.RoutesMax)
            return Error.Invalid($"{routes.Count} routes are too many; at most {options.RoutesMax} fit one deployment.", "routes");
        var labels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var route in routes)
        {
            if (string.IsNullOrEmpty(route.Model)) return Error.Invalid("A route needs a model.", "model");
            if ((PlainText.Refuse(route.Model, "model") ?? PlainText.Refuse(route.Alias, "alias")) is { } badText) return badText;
            if (route is { Version: not null, Alias: not null })
                return Error.Invalid("A route has a version or an alias, not both.", "version");
            if (route.Version < 1) return Error.Invalid($"The version is {route.Version}; versions begin with 1.", "version");
            if (route.Weight < 0 || route.Weight > options.WeightMax)
                return Error.Invalid($"The weight is {route.Weight}; it is from 0 to {options.WeightMax}.", "weight");
            if (route.Runtime is { } runtime && !RuntimeName.All.Contains(runtime))
            {
                return Error.Invalid(
                    $"'{PlainText.Cut(runtime, 64)}' is no runtime; there are {string.Join(" and ", RuntimeName.All)}.", "runtime");
            }

            if (route.Label is not { } label) continue;
            if (RefuseName(label, options) is { } badLabel) return badLabel with { Field = "label" };
            if (!labels.Add(label)) return Error.Invalid($"Two routes have the label '{label}'.", "label");
        }

        return routes.Any(static route => route.Weight > 0)
            ? null
            : Error.Invalid("Every route has the weight 0: a request that names no version would reach none. Give one a weight.", "weight");
    }
}

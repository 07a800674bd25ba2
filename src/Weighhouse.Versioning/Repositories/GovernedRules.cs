using Weighhouse.Kernel;
using Weighhouse.Versioning.Refs;

namespace Weighhouse.Versioning.Repositories;

/// <summary>What users may not do to a repository that something else governs.</summary>
internal static class GovernedRules
{
    /// <param name="what">"deleting it".</param>
    public static Error? Refuse(Repository repository, string what) => repository.GovernedBy is { } governor
        ? Error.Precondition($"Repository '{repository.Name}' belongs to {governor}: {what} is done there.")
        : null;

    /// <summary>The default branch, version tags, aliases and stages say what the registry says; others are free.</summary>
    public static Error? RefuseRef(Repository repository, string name) =>
        repository.GovernedBy is { } governor && GovernedRefs.Includes(name, repository.DefaultBranch)
            ? Error.Precondition(
                $"'{name}' of '{repository.Name}' is moved by {governor} alone, through the registry. Push to another branch.")
            : null;
}

using Weighhouse.Kernel;

namespace Weighhouse.Access;

public sealed record Project(string Name, string Description, long CreatedMs);

public interface IProjects
{
    /// <summary>Those the caller may view something in.</summary>
    ValueTask<Result<IReadOnlyList<Project>>> ListAsync(Principal caller, CancellationToken cancellation);

    ValueTask<Result<Project>> CreateAsync(Principal caller, string name, string description, CancellationToken cancellation);
}

using Weighhouse.Kernel;

namespace Weighhouse.Registry;

/// <summary>One change of a registered model or of one of its versions.</summary>
/// <param name="Model">The name the model had then.</param>
/// <param name="Version">Null when the model itself was changed.</param>
/// <param name="Action">Noun and verb: "model.create", "version.stage", "alias.set".</param>
/// <param name="Before">What was there before, as JSON; null for nothing.</param>
/// <param name="After">What is there since, as JSON; null for nothing.</param>
public sealed record RegistryEvent(
    long Number, long AtMs, string Actor, string Model, long? Version, string Action, string? Before, string? After);

/// <summary>Every change since the first day: who, when, before, after. Nothing is ever taken out of it.</summary>
public interface IRegistryHistory
{
    /// <summary>Newest first, of the model that bears the name now.</summary>
    ValueTask<Result<Page<RegistryEvent>>> ListAsync(Principal caller, string model, PageRequest page, CancellationToken cancellation);
}

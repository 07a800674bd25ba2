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

    /// <summary>
    /// The model that bore the name at the instant, as it was; NotFound when none did. What happened at the instant itself has happened.
    /// Who may view the model by the name it bears now, or bore last, may view its past.
    /// </summary>
    ValueTask<Result<ModelState>> AsOfAsync(Principal caller, string model, long atMs, CancellationToken cancellation);

    /// <summary>
    /// All models as they were at the instant, the oldest first; only what the caller may view. A page that is not full may have another
    /// behind it.
    /// </summary>
    ValueTask<Result<Page<ModelState>>> AsOfAsync(Principal caller, long atMs, PageRequest page, CancellationToken cancellation);

    /// <summary>
    /// What is different at a later instant than at an earlier one, of the models that changed in between, the oldest first. What was
    /// changed and changed back is not different. A page that is not full may have another behind it.
    /// </summary>
    ValueTask<Result<Page<ModelDifference>>> DiffAsync(
        Principal caller, long fromMs, long toMs, PageRequest page, CancellationToken cancellation);
}

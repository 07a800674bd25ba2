using Weighhouse.Kernel;
using Weighhouse.Registry.Gates.Rules;

namespace Weighhouse.Registry.Gates.Checks;

/// <summary>What a gate is run over.</summary>
/// <param name="Champion">The version that is in the stage now; null for none.</param>
internal sealed record GateSubject(ModelVersion Version, ModelVersion? Champion);

/// <summary>Runs gates of one kind.</summary>
internal interface IGateCheck
{
    bool Knows(GateDefinition gate);

    /// <summary>What a run would look at: cheap, so that a run whose inputs are the same need not be made again.</summary>
    ValueTask<GateInputs> InputsAsync(GateDefinition gate, GateSubject subject, CancellationToken cancellation);

    /// <summary>An error only where asking again may help, such as a store that cannot be reached.</summary>
    ValueTask<Result<GateOutcome>> RunAsync(GateDefinition gate, GateSubject subject, GateInputs inputs, CancellationToken cancellation);
}

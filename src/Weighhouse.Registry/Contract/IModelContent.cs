using Weighhouse.Kernel;

namespace Weighhouse.Registry;

/// <param name="Path">Inside the version, with forward slashes: "model.onnx", "data/model.pth".</param>
/// <param name="Id">What the store calls the content; the same bytes have the same id in every version.</param>
public sealed record ModelFile(string Path, Digest Id, long SizeBytes);

/// <param name="Project">That of the model.</param>
/// <param name="Files">By path.</param>
public sealed record ModelFiles(string Project, ModelVersionId Id, IReadOnlyList<ModelFile> Files);

/// <summary>What a version is made of, for those who run it. The right to view the model suffices: its files are the version's.</summary>
public interface IModelContent
{
    /// <summary>
    /// The version that a name means: its number, or that of the alias, or the latest when neither is given. NotFound has the field
    /// "model", "version" or "alias".
    /// </summary>
    ValueTask<Result<ModelVersionId>> ResolveAsync(
        Principal caller, string model, long? version, string? alias, CancellationToken cancellation);

    /// <summary>A number that grows with each change of any model, for those who follow aliases.</summary>
    ValueTask<long> PulseAsync(CancellationToken cancellation);

    /// <summary>
    /// The files of a version in this server's store; a failed precondition when they are elsewhere or there are none.
    /// </summary>
    ValueTask<Result<ModelFiles>> FilesAsync(Principal caller, ModelVersionId id, CancellationToken cancellation);
}

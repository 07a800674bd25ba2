using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Commits;

/// <summary>Stores the target of a link like the content of a small file.</summary>
internal static class LinkContent
{
    public static Result<BlobInfo> Store(IObjectWriter writer, byte[] target)
    {
        var reader = PipeReader.Create(new System.Buffers.ReadOnlySequence<byte>(target));
        var adding = writer.AddFileAsync(reader, target.Length, CancellationToken.None);
        // The bytes are in memory: nothing is waited for.
        return adding.IsCompleted ? adding.Result : adding.AsTask().GetAwaiter().GetResult();
    }
}

using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Imports;

/// <summary>A state of the source that may become a commit.</summary>
/// <param name="GitCommit">Null where no Git is.</param>
internal sealed record ImportedState(string? GitCommit, CommitAuthor Author, long TimeMs, string Message);

/// <summary>A file of a state.</summary>
/// <param name="Content">Null when the source has not got it.</param>
internal readonly record struct ImportedFile(string Path, EntryKind Kind, bool IsExecutable, BlobInfo? Content);

/// <summary>A repository of another tool, as states of files.</summary>
internal interface IImportSource : IAsyncDisposable
{
    /// <summary>How to get content that is missing, for the message.</summary>
    string MissingCure { get; }

    /// <summary>The oldest first.</summary>
    ValueTask<Result<IReadOnlyList<ImportedState>>> StatesAsync(CancellationToken cancellation);

    ValueTask<Result<IReadOnlyList<ImportedFile>>> FilesAsync(ImportedState state, ContentIntake intake, CancellationToken cancellation);
}

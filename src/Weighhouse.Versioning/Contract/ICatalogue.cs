using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>
/// The data catalogue: what people say of data sets beside what the data says of itself. Who may view a repository sees its entries, who
/// may contribute to it writes them; every change is in the audit log.
/// </summary>
public interface ICatalogue
{
    /// <summary>Of all repositories the caller may view. What the data says is told as of the last look.</summary>
    ValueTask<Result<Page<CatalogueEntry>>> ListAsync(
        Principal caller, CatalogueQuery query, PageRequest page, CancellationToken cancellation);

    /// <summary>One entry, looked at anew where the branch has moved since.</summary>
    ValueTask<Result<CatalogueEntry>> GetAsync(
        Principal caller, string repository, TreePath path, CancellationToken cancellation);

    /// <summary>The entry as of the last look, for who does not wait; null where there is none.</summary>
    ValueTask<Result<CatalogueEntry?>> FindAsync(
        Principal caller, string repository, TreePath path, CancellationToken cancellation);

    /// <summary>
    /// Changes an entry, or makes one: NotFound when the head of the default branch has nothing at the path of a new one.
    /// </summary>
    ValueTask<Result<CatalogueEntry>> SetAsync(
        Principal caller, string repository, TreePath path, CatalogueChange change, CancellationToken cancellation);

    /// <summary>Takes the entry out of the catalogue; the data stays as it is.</summary>
    ValueTask<Result<Done>> RemoveAsync(Principal caller, string repository, TreePath path, CancellationToken cancellation);
}

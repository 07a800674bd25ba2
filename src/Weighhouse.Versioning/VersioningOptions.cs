namespace Weighhouse.Versioning;

/// <summary>The module's limits.</summary>
public sealed record VersioningOptions
{
    /// <value>100 characters a repository's name: it is a part of addresses.</value>
    public int RepositoryNameLengthMax { get; init; } = 100;

    /// <value>4,000 characters a description: a paragraph, not a page.</value>
    public int DescriptionLengthMax { get; init; } = 4_000;

    /// <value>250 bytes a ref's name, so that it fits a file's name on every system.</value>
    public int RefNameBytesMax { get; init; } = 250;

    /// <value>1,000 refs in one change: one unit of the database holds them all.</value>
    public int RefChangesMax { get; init; } = 1_000;

    /// <value>100,000 refs a repository, tags included.</value>
    public int RefsMax { get; init; } = 100_000;

    /// <value>1,000 commits, refs or entries a page.</value>
    public int PageMax { get; init; } = 1_000;

    /// <summary>Commits of all repositories that are kept in memory for questions of ancestry; each takes about 200 bytes.</summary>
    /// <value>Default 500,000, hence about 100 MB.</value>
    public int CommitsInMemoryMax { get; init; } = 500_000;

    /// <value>128 folders deep: a walk of a hostile tree ends.</value>
    public int FolderDepthMax { get; init; } = 128;

    /// <value>100,000 changed files a comparison tells; past that, that there are more.</value>
    public int DiffChangesMax { get; init; } = 100_000;

    /// <summary>
    /// Removed and added files of one comparison whose chunks are compared to find those renamed and changed at once; where there are
    /// more, only files renamed without a change are found.
    /// </summary>
    /// <value>2,000.</value>
    public int RenameCandidatesMax { get; init; } = 2_000;

    /// <summary>Rows, tensors or lines that a comparison of two files tells one by one; past that it only counts.</summary>
    /// <value>1,000: more than anybody reads, and an answer of a few hundred kilobytes.</value>
    public int DetailsMax { get; init; } = 1_000;

    /// <summary>Comparisons of files' content that run at once; another one waits, and as many again as may wait.</summary>
    /// <value>2: each keeps a core busy and takes up to <see cref="TableMemoryBytesMax"/>.</value>
    public int ContentReadersMax { get; init; } = 2;

    /// <summary>Rows of two tables that are kept in memory to match them; larger tables are first parted into files.</summary>
    /// <value>64 MiB.</value>
    public int TableMemoryBytesMax { get; init; } = 64 << 20;

    /// <summary>The largest text that is compared line by line; larger ones are told by size.</summary>
    /// <value>32 MiB a side.</value>
    public int TextBytesMax { get; init; } = 32 << 20;

    /// <summary>The largest table or text that is merged by what it holds; the three versions are in memory then.</summary>
    /// <value>64 MiB a version. Tensors are streamed, and have no limit.</value>
    public int MergeBytesMax { get; init; } = 64 << 20;

    /// <value>10,000 conflicts a merge tells; one that has more is given up.</value>
    public int ConflictsMax { get; init; } = 10_000;

    /// <value>1,000 damaged objects a check names: past that the store as a whole is what to look at.</value>
    public int DamagesMax { get; init; } = 1_000;

    /// <value>1,000 edges of lineage added at once.</value>
    public int EdgesPerRequestMax { get; init; } = 1_000;

    /// <value>10,000 edges an answer about lineage holds: more than anybody reads.</value>
    public int LineageEdgesMax { get; init; } = 10_000;

    /// <value>100 steps of lineage from the node asked for.</value>
    public int LineageDistanceMax { get; init; } = 100;

    /// <value>65,536 ids a request of a negotiation: 2 MiB up, 8 KiB down.</value>
    public int NegotiatedIdsMax { get; init; } = 65_536;

    /// <summary>What is sent of a pack in one request, which a proxy may hold against its own limit.</summary>
    /// <value>16 GiB.</value>
    public long UploadPartBytesMax { get; init; } = 16L << 30;

    /// <summary>A pack on its way is made durable this often: an upload that is cut sends no more than this again.</summary>
    /// <value>8 MiB.</value>
    public int UploadDurableEveryBytes { get; init; } = 8 << 20;

    /// <summary>An upload that nobody goes on with is forgotten; what has arrived stays until the collection.</summary>
    /// <value>7 days.</value>
    public TimeSpan UploadLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <value>1,000 contents looked up at once by their foreign names: ten times what Git LFS asks for in one batch.</value>
    public int AliasesPerRequestMax { get; init; } = 1_000;

    /// <value>1 TiB a file that another tool uploads: more than any model there is; the disk is the real limit.</value>
    public long AliasedFileBytesMax { get; init; } = 1L << 40;

    /// <value>10,000 locks of paths a repository: clients fetch all of them before a push.</value>
    public int LocksMax { get; init; } = 10_000;

    /// <value>10,000 entries of the catalogue a repository: a search looks at all of them.</value>
    public int CatalogueEntriesMax { get; init; } = 10_000;

    /// <value>1,000 characters a source, an owner or a licence: lines, not documents.</value>
    public int CatalogueTextLengthMax { get; init; } = 1_000;

    /// <value>32 tags an entry: more than anybody reads.</value>
    public int CatalogueTagsMax { get; init; } = 32;

    /// <value>100 characters a tag.</value>
    public int CatalogueTagLengthMax { get; init; } = 100;

    /// <value>10 years: past that nobody expects anything.</value>
    public TimeSpan CatalogueFreshForMax { get; init; } = TimeSpan.FromDays(3_650);

    /// <value>500 columns or tensors of a schema are kept; past that, that there are more.</value>
    public int CatalogueColumnsMax { get; init; } = 500;

    /// <summary>The largest table whose rows are counted; of larger ones the columns are told from the first rows.</summary>
    /// <value>256 MiB: some seconds of reading, in the background.</value>
    public long CatalogueTableBytesMax { get; init; } = 256L << 20;

    /// <summary>The largest table that is read while somebody waits for its entry; larger ones are left to the background.</summary>
    /// <value>4 MiB: some tens of milliseconds.</value>
    public long CatalogueWaitBytesMax { get; init; } = 4L << 20;

    /// <summary>How often entries are looked for whose branch has moved without this server's knowing: by another replica.</summary>
    /// <value>1 minute; what this server moves is looked at at once.</value>
    public TimeSpan CatalogueCheckedEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a page waits to learn who changed the names of a folder last.</summary>
    /// <value>50 ms: some thousand commits. What takes longer is absent, and there when the page is asked for again.</value>
    public TimeSpan FolderHistoryTimeMax { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <value>64 pages of folders whose last changes are remembered, each some tens of kilobytes.</value>
    public int FolderHistoriesMax { get; init; } = 64;

    /// <value>1,000 commits a request wants or has; the plan follows their histories.</value>
    public int PlanHeadsMax { get; init; } = 1_000;

    /// <summary>
    /// Objects of one plan, 32 bytes each in memory while it is asked for. Larger repositories are fetched commit by commit.
    /// </summary>
    /// <value>4,000,000.</value>
    public int PlanObjectsMax { get; init; } = 4_000_000;

    /// <summary>Plans kept between the requests that fetch them.</summary>
    /// <value>16, hence at most 2 GB where all are as large as they may be, and a few megabytes as a rule.</value>
    public int PlansMax { get; init; } = 16;

    /// <summary>How long a deleted repository can be restored before its content may be collected.</summary>
    /// <value>Default 30 days.</value>
    public TimeSpan RestoreWithin { get; init; } = TimeSpan.FromDays(30);
}

namespace Weighhouse.Registry;

/// <summary>The module's limits.</summary>
public sealed record RegistryOptions
{
    /// <value>256 characters a model's name, as MLflow's column has.</value>
    public int NameLengthMax { get; init; } = 256;

    /// <value>100,000 characters a description: a model card, not a book.</value>
    public int DescriptionLengthMax { get; init; } = 100_000;

    /// <value>250 characters a tag's key, as MLflow.</value>
    public int TagKeyLengthMax { get; init; } = 250;

    /// <value>100,000 characters a tag's value, as MLflow.</value>
    public int TagValueLengthMax { get; init; } = 100_000;

    /// <value>100 tags a request that makes something; more can be set later.</value>
    public int TagsPerRequestMax { get; init; } = 100;

    /// <value>255 characters an alias, as MLflow.</value>
    public int AliasLengthMax { get; init; } = 255;

    /// <value>4,096 characters a source or a link to a run: longer than any URI that works elsewhere.</value>
    public int SourceLengthMax { get; init; } = 4_096;

    /// <value>20 stages a project: more than a board shows side by side.</value>
    public int StagesMax { get; init; } = 20;

    /// <value>50 characters a stage's name: a word, which is a part of a ref too.</value>
    public int StageNameLengthMax { get; init; } = 50;

    /// <value>1,000 names tried for a model's repository before its creation is refused.</value>
    public int RepositoryNamesMax { get; init; } = 1_000;

    /// <value>100,000 files a version: what has more is a data set; the version is made without them, and says so.</value>
    public int VersionFilesMax { get; init; } = 100_000;

    /// <value>500 metrics of a logged model become facts of the version's commit, which is read for every log.</value>
    public int FactMetricsMax { get; init; } = 500;

    /// <value>20 attempts to become the next version while other servers make versions of the same model.</value>
    public int VersionAttemptsMax { get; init; } = 20;

    /// <value>1,000 models older than repositories asked for in one unit at start.</value>
    public int BackfillModelsAtOnce { get; init; } = 1_000;

    /// <value>6 hours to make the repository of one model: 100,000 versions at a few a second; what is left is gone on with.</value>
    public TimeSpan BackfillTimeMax { get; init; } = TimeSpan.FromHours(6);

    /// <value>1,000,000 refs of a kind compared with the rows of a model: more than any has versions.</value>
    public int BackfillRefsMax { get; init; } = 1_000_000;

    /// <value>1,000 models a page, as MLflow.</value>
    public int ModelPageMax { get; init; } = 1_000;

    /// <value>200,000 versions a page, as MLflow.</value>
    public int VersionPageMax { get; init; } = 200_000;

    /// <value>1,000 events a page.</value>
    public int EventPageMax { get; init; } = 1_000;

    /// <value>200 models a page of the past, and folded by one statement: each is folded from all its events.</value>
    public int StatePageMax { get; init; } = 200;

    /// <value>20 batches of models looked at for a page of the past: who may view few of many turns pages that are not full.</value>
    public int StateBatchesMax { get; init; } = 20;

    /// <value>256 compiled searches: their shapes, not their values, so that few are ever made.</value>
    public int CompiledSearchesMax { get; init; } = 256;

    /// <value>64 KiB a text of rules: a hundred gates and their keys.</value>
    public int RulesBytesMax { get; init; } = 64 << 10;

    /// <value>100 gates a text of rules: more than anybody looks at before a promotion.</value>
    public int GatesMax { get; init; } = 100;

    /// <value>20 problems of a text of rules are told at once.</value>
    public int RuleProblemsMax { get; init; } = 20;

    /// <value>20 things that stand in the way are told in a refusal; the version's checks tell all.</value>
    public int RefusalProblemsMax { get; init; } = 20;

    /// <value>50 figures a report from elsewhere: a table that people read.</value>
    public int ReportFiguresMax { get; init; } = 50;

    /// <value>4,000 characters a reason, a comment or a message of a report: a page.</value>
    public int CommentLengthMax { get; init; } = 4_000;

    /// <value>100 reviews and comments a request, and as many verdicts more: a discussion, not a forum.</value>
    public int ReviewsMax { get; init; } = 100;

    /// <value>14 days a request stays open where the stage says nothing else: evidence grows old.</value>
    public TimeSpan RequestLifetime { get; init; } = TimeSpan.FromDays(14);

    /// <value>100 requests or runs of gates a page: each has texts of up to some hundred kilobytes with it.</value>
    public int GatePageMax { get; init; } = 100;

    /// <value>20 batches of requests looked at for a page: who may view few of many turns pages that are not full.</value>
    public int RequestBatchesMax { get; init; } = 20;
}

namespace Weighhouse.Evaluation;

/// <summary>The module's limits.</summary>
public sealed record EvaluationOptions
{
    /// <value>20 million values of an evaluation are held in memory, about 240 MB: five million rows of a truth, a prediction and a
    /// score.</value>
    public long ValuesMax { get; init; } = 20_000_000;

    /// <value>1,000 classes or labels: a table of a million cells.</value>
    public int ClassesMax { get; init; } = 1_000;

    /// <value>200 different values of a column that slices: more are identifiers.</value>
    public int SliceValuesMax { get; init; } = 200;

    /// <value>20 columns that were not declared are looked through for bad slices.</value>
    public int FoundSliceColumnsMax { get; init; } = 20;

    /// <value>30 declared columns of slices and groups.</value>
    public int ColumnsMax { get; init; } = 30;

    /// <value>10 rows: of fewer a slice tells no figures.</value>
    public int SliceRowsMin { get; init; } = 10;

    /// <value>30 rows: a smaller group may be a few people, and is not shown.</value>
    public int GroupRowsMin { get; init; } = 30;

    /// <value>200 points a curve: more are not seen on a screen.</value>
    public int CurvePointsMax { get; init; } = 200;

    /// <value>20 kinds of mistakes have examples.</value>
    public int ExampleCellsMax { get; init; } = 20;

    /// <value>5 examples each.</value>
    public int ExamplesMax { get; init; } = 5;

    /// <value>20 slices are told of those found to be bad.</value>
    public int FoundSlicesMax { get; init; } = 20;

    /// <value>10 classes have curves of their own.</value>
    public int CurveClassesMax { get; init; } = 10;

    /// <value>2,000 resamples.</value>
    public int Resamples { get; init; } = 2_000;

    /// <value>400 million rows drawn in all by a bootstrap, some seconds; of more rows it draws fewer times, and of far more never.</value>
    public long DrawnRowsMax { get; init; } = 400_000_000;

    /// <value>1,024 rows go through a model at once.</value>
    public int BatchRows { get; init; } = 1_024;

    /// <value>2 GiB of predictions that somebody sends.</value>
    public long UploadBytesMax { get; init; } = 2L << 30;

    /// <value>1,000 evaluations a page.</value>
    public int PageMax { get; init; } = 1_000;

    /// <value>2 evaluations run at once, in all servers over one database: each takes the memory of <see cref="ValuesMax"/>.</value>
    public int LanesMax { get; init; } = 2;

    /// <value>6 hours for one evaluation: a slow model on millions of rows.</value>
    public TimeSpan TimeMax { get; init; } = TimeSpan.FromHours(6);

    /// <value>3: an evaluation that ends with the server as often is not tried again.</value>
    public int AttemptsMax { get; init; } = 3;
}

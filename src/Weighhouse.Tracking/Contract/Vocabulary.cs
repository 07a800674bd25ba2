namespace Weighhouse.Tracking;

public enum LifecycleStage
{
    Active,
    Deleted,
}

/// <summary>Which stages a search sees.</summary>
public enum StageView
{
    ActiveOnly,
    DeletedOnly,
    All,
}

/// <summary>The words and numbers are MLflow's, and are stored.</summary>
public enum RunStatus
{
    Running = 1,
    Scheduled = 2,
    Finished = 3,
    Failed = 4,
    Killed = 5,
}

/// <summary>Which filter grammar a search speaks.</summary>
public enum SearchDialect
{
    /// <summary>MLflow's: clauses joined by AND; its error messages.</summary>
    Mlflow,
    /// <summary>Ours: MLflow's plus OR, NOT, parentheses, IN, LIKE/ILIKE everywhere, MATCHES for regular expressions,
    /// metrics.K.min/.max/.best.</summary>
    Native,
}

public readonly record struct Tag(string Key, string Value);

public readonly record struct Param(string Key, string Value);

namespace Weighhouse.Kernel;

public enum FilterType
{
    Text,
    Number,
}

/// <summary>Which grammar a filter is written in.</summary>
public enum FilterDialect
{
    /// <summary>MLflow's: clauses joined by AND, its operators for each kind of field, its error messages.</summary>
    Mlflow,
    /// <summary>MLflow's plus OR, NOT, parentheses, IN, LIKE, ILIKE and MATCHES on every text, IS NULL, IS NAN and parts of a
    /// field.</summary>
    Native,
}

/// <summary>What a filter or an order names: an attribute, or a key of an entity that has any keys.</summary>
/// <param name="Entity">The entity's own name, whatever spelling was used.</param>
/// <param name="Key">The attribute's own name, or the key as the caller wrote it without quotes.</param>
/// <param name="Part">"min", "max", "best" of a metric; null for the value itself.</param>
public sealed record FilterField(string Entity, string Key, FilterType Type, string? Part = null)
{
    public override string ToString() => Part is null ? $"{Entity}.{Key}" : $"{Entity}.{Key}.{Part}";
}

/// <param name="Aliases">Other spellings that mean the same.</param>
/// <param name="MlflowLists">Whether MLflow's grammar allows IN and NOT IN on it.</param>
/// <param name="OrderOnly">Whether only an order may name it, no filter.</param>
public sealed record FilterAttribute(
    string Name, FilterType Type, IReadOnlyList<string>? Aliases = null, bool MlflowLists = false, bool OrderOnly = false);

/// <param name="Spellings">Everything a filter may call it, its own name included.</param>
/// <param name="Attributes">The only keys it has; null when it has any.</param>
/// <param name="Parts">What may follow a key in the native grammar; empty for nothing.</param>
/// <param name="OrderBy">Whether an order may name it.</param>
/// <param name="MlflowLists">Whether MLflow's grammar allows IN and NOT IN on any key of it.</param>
public sealed record FilterEntity(
    string Name,
    FilterType Type,
    IReadOnlyList<string> Spellings,
    IReadOnlyList<FilterAttribute>? Attributes = null,
    IReadOnlyList<string>? Parts = null,
    bool OrderBy = true,
    bool MlflowLists = false);

/// <summary>What one kind of object can be searched by, and MLflow's words for what it cannot.</summary>
/// <param name="Entities">The first with attributes is meant by a name without an entity before it.</param>
public sealed record FilterVocabulary(IReadOnlyList<FilterEntity> Entities)
{
    /// <summary>The message for an entity that is not one of these.</summary>
    public Func<string, string> UnknownEntity { get; init; } = name => $"Invalid entity type '{name}'.";

    /// <summary>The message for an operator MLflow's grammar does not allow on a field; the third argument lists those it does.</summary>
    public Func<FilterField, string, string, string> BadOperator { get; init; } =
        (_, operation, allowed) => $"Invalid comparator '{operation}' not one of '{allowed}'";

    /// <summary>The message for a list on a field that MLflow's grammar allows none on.</summary>
    public string NoList { get; init; } =
        "Only the 'run_id' attribute supports comparison with a list of quoted string values.";

    public FilterEntity Bare => Entities.First(entity => entity.Attributes is not null);

    /// <summary>The field, or the error for an unknown entity or attribute.</summary>
    /// <param name="entityName">Null when the filter names none.</param>
    public Result<FilterField> Resolve(string? entityName, string key, string? part, bool forOrder)
    {
        var entity = entityName is null ? Bare : Entities.FirstOrDefault(candidate => candidate.Spellings.Contains(entityName));
        if (entity is null) return Error.Invalid(UnknownEntity(entityName!));
        if (entity.Attributes is null) return new FilterField(entity.Name, key, entity.Type, part);
        foreach (var attribute in entity.Attributes)
        {
            if (attribute.OrderOnly && !forOrder) continue;
            if (attribute.Name == key || attribute.Aliases?.Contains(key) is true)
                return new FilterField(entity.Name, attribute.Name, attribute.Type);
        }

        var names = entity.Attributes.Where(attribute => forOrder || !attribute.OrderOnly).Select(attribute => $"'{attribute.Name}'");
        return Error.Invalid($"Invalid {entity.Name} key '{key}' specified. Valid keys are '{{{string.Join(", ", names)}}}'");
    }

    internal FilterEntity EntityOf(FilterField field) => Entities.First(entity => entity.Name == field.Entity);

    /// <summary>Whether MLflow's grammar allows IN and NOT IN on the field.</summary>
    internal bool AllowsMlflowList(FilterField field)
    {
        var entity = EntityOf(field);
        return entity.MlflowLists || entity.Attributes?.FirstOrDefault(attribute => attribute.Name == field.Key)?.MlflowLists is true;
    }
}

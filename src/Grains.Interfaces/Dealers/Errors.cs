namespace Platform.Dealers;

/// <summary>Refusals of the dealer tree.</summary>
public static class DealerErrors
{
    public static readonly Error NotFound = CommonErrors.NotFound("dealer");

    public static readonly Error InvalidName =
        CommonErrors.Invalid("/name", "invalid-name", "A name has 1 to 200 characters, none of them a control or invisible.");

    public static readonly Error InvalidCode =
        CommonErrors.Invalid("/code", "invalid-code", "A code has 1 to 64 characters: letters, digits, and dots, hyphens and underscores between them.");

    public static readonly Error CodeTaken =
        new(ErrorKind.Conflict, "dealer-code-taken", "Another dealer has this code.", "/code");

    public static readonly Error UnknownParent =
        CommonErrors.Invalid("/parentId", "unknown-parent", "There is no such dealer.");

    public static readonly Error Cycle =
        new(ErrorKind.Conflict, "dealer-cycle", "A dealer cannot be below itself.", "/parentId");

    public static readonly Error TooDeep =
        new(ErrorKind.Conflict, "dealer-too-deep", "The tree has at most 32 levels.", "/parentId");

    public static readonly Error TooMany =
        new(ErrorKind.Conflict, "too-many-dealers", "An organisation has at most 50,000 dealers.");
}

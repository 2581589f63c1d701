using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// Logs a command that the store rejects: where, and by which rule. It does not log the exception or the message of the server or driver,
/// because they may quote data of the row.
/// </summary>
internal static partial class Rejection
{
    public static void Log(ILogger logger, Exception? reason, string entityType)
    {
        if (reason is PostgresException refused)
        {
            LogRefused(
                logger, entityType, refused.SqlState, refused.TableName, refused.ConstraintName, refused.ColumnName, refused.Routine);
        }
        else
        {
            LogFailed(logger, entityType, reason?.GetType().Name, reason?.StackTrace);
        }
    }

    [LoggerMessage(
        4,
        LogLevel.Error,
        "A command of {EntityType} cannot be written: SQLSTATE {SqlState}, table {Table}, constraint {Constraint}, column {Column}, " +
        "routine {Routine}.")]
    private static partial void LogRefused(
        ILogger logger, string entityType, string sqlState, string? table, string? constraint, string? column, string? routine);

    [LoggerMessage(5, LogLevel.Error, "A command of {EntityType} cannot be written: {Failure} at {Place}")]
    private static partial void LogFailed(ILogger logger, string entityType, string? failure, string? place);
}

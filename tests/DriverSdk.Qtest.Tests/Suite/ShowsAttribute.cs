using DriverSdk.Contract.Faults;

namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>Names what a scenario is the row of: a fault reason, or an invalidation. The completeness tests read it.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ShowsAttribute : Attribute
{
    public ShowsAttribute(FaultReason reason) => Reason = reason;

    public ShowsAttribute(InvalidationCell cell) => Cell = cell;

    public FaultReason Reason { get; }

    public InvalidationCell? Cell { get; }
}

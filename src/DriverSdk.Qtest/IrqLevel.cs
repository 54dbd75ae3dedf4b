namespace DriverSdk.Qtest;

/// <summary>What an intercepted interrupt line changed to.</summary>
public enum IrqLevel
{
    /// <summary>The line was lowered.</summary>
    Lowered = 0,

    /// <summary>The line was raised.</summary>
    Raised = 1,
}

package records

// TableName names the table where the plural of the type would not.
func (Help) TableName() string    { return "help" }
func (Applied) TableName() string { return "applied_effects" }
func (Audit) TableName() string   { return "audit_log" }

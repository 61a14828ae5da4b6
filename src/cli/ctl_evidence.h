
/* The commands of interconnctl evidence. */


#ifndef _CTL_EVIDENCE_H_INCLUDED_
#define _CTL_EVIDENCE_H_INCLUDED_


#define CTL_EVIDENCE_TAMPERED       1
#define CTL_EVIDENCE_INCOMPLETE     2
#define CTL_EVIDENCE_WRONG_USE      3
#define CTL_EVIDENCE_CONTRADICTORY  4


/* Each takes its name and arguments, and gives the exit status. */
int ctl_evidence_verify(int argc, char **argv);
int ctl_evidence_prove(int argc, char **argv);
int ctl_evidence_export(int argc, char **argv);

/* Says how they are called; the status of that. */
int ctl_evidence_usage(void);


#endif /* _CTL_EVIDENCE_H_INCLUDED_ */
